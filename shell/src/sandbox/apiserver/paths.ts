// The paths that are not objects: health, version, discovery, OpenAPI, and the request counts for tests.
import type { IncomingMessage, ServerResponse } from "node:http";
import { aggregated, groupList, oneGroup, resourceList } from "./discovery.ts";
import type { JsonObject } from "./json.ts";
import { openApiDocument, openApiIndex } from "./openapi.ts";
import { methodNotAllowed, noSuchPath, Rejection } from "./rejection.ts";
import type { Serving } from "./serving.ts";
import type { User } from "./tokens.ts";

const version: JsonObject = {
  major: "1",
  minor: "33",
  gitVersion: "v1.33.0+gungnir-sandbox",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "linux/amd64",
};
const discoveryType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export const answerPath = (
  serving: Serving,
  user: User,
  path: string,
  request: IncomingMessage,
  accept: string,
  response: ServerResponse,
): void => {
  if (request.method !== "GET" && request.method !== "HEAD")
    throw methodNotAllowed({ group: "", plural: path, kind: "" }, request.method ?? "");
  const send = (body: string | JsonObject, type = "application/json"): void => {
    response.writeHead(200, { "content-type": type });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const resources = serving.registry.all();
  const parts = path.split("/").filter((part) => part !== "");
  const [root = "", first, second, ...rest] = parts;
  const compact = accept.includes("as=APIGroupDiscoveryList") && accept.includes("v=v2");
  switch (root) {
    case "healthz":
    case "livez":
    case "readyz":
      return send("ok", "text/plain");
    case "version":
      return send(version);
    case "":
      return send({ paths: ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"] });
    case "api":
      if (first === undefined && compact) return send(aggregated(resources, true), discoveryType);
      if (first === undefined) return send({ kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] });
      if (first === "v1" && second === undefined) return send(resourceList(resources, "", "v1"));
      throw noSuchPath();
    case "apis": {
      if (first === undefined) return compact ? send(aggregated(resources, false), discoveryType) : send(groupList(resources));
      const group = oneGroup(resources, first);
      if (group === undefined) throw noSuchPath();
      if (second === undefined) return send(group);
      const list = resourceList(resources, first, second);
      if (rest.length > 0 || (Array.isArray(list["resources"]) && list["resources"].length === 0)) throw noSuchPath();
      return send(list);
    }
    case "openapi":
      if (first !== "v3") throw noSuchPath();
      if (second === undefined) return send(openApiIndex(resources));
      return send(
        second === "api" ? openApiDocument(resources, "", rest[0] ?? "") : openApiDocument(resources, rest[0] ?? "", rest[1] ?? ""),
      );
    case "debug":
      if (first !== "requests") throw noSuchPath();
      if (!user.groups.includes("system:masters"))
        throw new Rejection(403, "Forbidden", "only members of system:masters may read the request counts");
      return send({ requests: serving.counter.counts() });
    default:
      throw noSuchPath();
  }
};
