// Logs and exec: the request is passed to the kubelet of the pod's node, whose address is in the node's status, over TLS
// with this server's client certificate. The kubelet's own certificate is not checked, as kube-apiserver's default is:
// a kubelet signs its own. Bytes are piped through unread, so exec's channel protocol is between kubectl and the kubelet.
import type { IncomingMessage, ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import { type JsonObject, listOf, nameOf, namespaceOf, numberOf, objectOf, textOf, valueAt } from "./json.ts";
import { badRequest, Rejection } from "./rejection.ts";
import type { Serving } from "./serving.ts";

type Endpoint = { readonly host: string; readonly port: number };

const kubeletOf = (serving: Serving, pod: JsonObject): Endpoint => {
  const name = textOf(valueAt(pod, ["spec", "nodeName"]));
  if (name === "") throw badRequest(`pod ${nameOf(pod)} does not have a host assigned`);
  const node = serving.store.read("/nodes", "", name);
  const addresses = listOf(node === undefined ? undefined : valueAt(node, ["status", "addresses"])).map(objectOf);
  const host = textOf(addresses.find((each) => each["type"] === "InternalIP")?.["address"]);
  const port = numberOf(node === undefined ? undefined : valueAt(node, ["status", "daemonEndpoints", "kubeletEndpoint", "Port"]));
  if (host === "" || port === 0)
    throw new Rejection(
      503,
      "ServiceUnavailable",
      `the kubelet of node "${name}" has no address in the node's status (InternalIP and daemonEndpoints.kubeletEndpoint.Port)`,
    );
  return { host, port };
};

/** The container meant: the one named, or the only one. */
const containerOf = (pod: JsonObject, named: string | null): string => {
  const names = ["containers", "initContainers"].flatMap((of) =>
    listOf(valueAt(pod, ["spec", of])).map((each) => textOf(objectOf(each)["name"])),
  );
  if (named !== null && named !== "") {
    if (!names.includes(named)) throw badRequest(`container ${named} is not valid for pod ${nameOf(pod)}: it has [${names.join(" ")}]`);
    return named;
  }
  const first = listOf(valueAt(pod, ["spec", "containers"])).map((each) => textOf(objectOf(each)["name"]));
  if (first.length > 1) throw badRequest(`a container name must be specified for pod ${nameOf(pod)}, choose one of: [${first.join(" ")}]`);
  return first[0] ?? "";
};

const kubeletPath = (what: string, pod: JsonObject, query: URLSearchParams): string => {
  const container = containerOf(pod, query.get("container"));
  const rest = new URLSearchParams([...query].filter(([name]) => name !== "container"));
  const path = [what, namespaceOf(pod), nameOf(pod), container].map(encodeURIComponent).join("/");
  return `/${path}?${rest.toString()}`;
};

const clientOf = (serving: Serving): { cert: string; key: string; rejectUnauthorized: false } => ({
  cert: serving.kubeletClient.certificate,
  key: serving.kubeletClient.key,
  rejectUnauthorized: false,
});

/** Streams the log; resolves when it has ended or the client has gone. */
export const streamLog = (serving: Serving, pod: JsonObject, query: URLSearchParams, response: ServerResponse): Promise<void> => {
  const { host, port } = kubeletOf(serving, pod);
  const path = kubeletPath("containerLogs", pod, query);
  return new Promise((resolve, reject) => {
    const upstream = httpsRequest({ host, port, path, ...clientOf(serving), agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { "content-type": answer.headers["content-type"] ?? "text/plain" });
      response.flushHeaders();
      answer.pipe(response);
      answer.on("end", resolve);
      answer.on("error", () => response.destroy());
    });
    upstream.on("error", (error) => reject(unreachable(host, port, error)));
    response.on("close", () => {
      upstream.destroy();
      resolve();
    });
    upstream.end();
  });
};

const unreachable = (host: string, port: number, error: Error): Rejection =>
  new Rejection(502, "BadGateway", `the kubelet at ${host}:${port} could not be reached: ${error.message}`);

/** Joins the client's upgraded connection to one of the kubelet's; the kubelet's answer to the upgrade is the client's. */
export const joinExec = (
  serving: Serving,
  pod: JsonObject,
  query: URLSearchParams,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> => {
  const { host, port } = kubeletOf(serving, pod);
  const path = kubeletPath("exec", pod, query);
  return new Promise((resolve, reject) => {
    const upstream = connect({ host, port, ...clientOf(serving) }, () => {
      const passed = [
        "upgrade",
        "connection",
        "sec-websocket-key",
        "sec-websocket-version",
        "sec-websocket-protocol",
        "sec-websocket-extensions",
      ];
      const headers = passed.flatMap((name) => (request.headers[name] === undefined ? [] : [`${name}: ${String(request.headers[name])}`]));
      upstream.write(`GET ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\n${headers.join("\r\n")}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
      resolve();
    });
    upstream.on("error", (error) => {
      reject(unreachable(host, port, error));
      socket.destroy();
    });
    socket.on("error", () => upstream.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.destroy());
  });
};
