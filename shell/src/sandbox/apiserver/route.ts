// Which object or collection a URL means, and which verb its method is: what authorization and counting go by.
import { noSuchPath } from "./rejection.ts";
import type { Registry, Resource } from "./resource.ts";
import { reviewKinds } from "./reviews.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

export type Route =
  | {
      readonly _tag: "Resource";
      readonly resource: Resource;
      readonly namespace: string;
      readonly name: string;
      readonly subresource: string;
      readonly verb: Verb;
    }
  | { readonly _tag: "Review"; readonly group: string; readonly plural: string }
  | { readonly _tag: "Path"; readonly path: string };

/** Throws a 404 for a path below a group and version that names nothing served. */
export const routeOf = (registry: Registry, method: string, path: string, query: URLSearchParams): Route => {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const core = parts[0] === "api" && parts.length > 2;
  const grouped = parts[0] === "apis" && parts.length > 3;
  if (!core && !grouped) return { _tag: "Path", path };
  const [group = "", version = ""] = core ? ["", parts[1]] : [parts[1], parts[2]];
  const rest = parts.slice(core ? 2 : 3);
  const plural = rest[0] ?? "";
  if (reviewKinds[plural]?.group === group && version === "v1") return { _tag: "Review", group, plural };
  const inside = plural === "namespaces" && rest.length > 2 && !(core && (rest[2] === "status" || rest[2] === "finalize"));
  const [namespace, of] = inside ? [rest[1] ?? "", rest.slice(2)] : ["", rest];
  const [collection = "", name = "", ...sub] = of;
  const resource = registry.find(group, version, collection);
  if (resource === undefined || (inside && !resource.namespaced)) throw noSuchPath();
  if (!inside && resource.namespaced && name !== "") throw noSuchPath();
  return { _tag: "Resource", resource, namespace, name, subresource: sub.join("/"), verb: verbOf(method, name, query) };
};

const verbOf = (method: string, name: string, query: URLSearchParams): Verb => {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default: {
      const watching = query.get("watch");
      if (watching !== null && watching !== "false" && watching !== "0") return "watch";
      return name === "" ? "list" : "get";
    }
  }
};
