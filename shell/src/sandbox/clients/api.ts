// The few verbs the sandbox's controllers and kubelet use, over the one Kubernetes client. The outcome says what a level-triggered
// loop has to know: done; somebody else was there first (look again); gone; refused (say so); nobody knows.
import { messageOf } from "../../kubernetes/answer.ts";
import { type ApiClient, connect } from "../../kubernetes/client.ts";
import { asResource, type Resource } from "./resource.ts";

export type Outcome<R> =
  | { readonly _tag: "Done"; readonly object: R | undefined }
  | { readonly _tag: "Conflict"; readonly message: string }
  | { readonly _tag: "Missing"; readonly message: string }
  | { readonly _tag: "Refused"; readonly status: number; readonly message: string }
  | { readonly _tag: "Unanswered"; readonly message: string };

export type Api = {
  readonly client: ApiClient;
  readonly get: <R extends Resource>(path: string) => Promise<Outcome<R>>;
  readonly create: <R extends Resource>(path: string, object: unknown) => Promise<Outcome<R>>;
  /** JSON merge patch; with `uid` or `resourceVersion` inside its metadata it is refused when the object is another one by now. */
  readonly patch: <R extends Resource>(path: string, change: unknown) => Promise<Outcome<R>>;
  readonly put: <R extends Resource>(path: string, object: unknown) => Promise<Outcome<R>>;
  readonly remove: (path: string, options?: RemoveOptions) => Promise<Outcome<Resource>>;
};

export type RemoveOptions = {
  readonly uid?: string | undefined;
  readonly graceSeconds?: number | undefined;
  readonly propagation?: "Background" | "Foreground" | "Orphan" | undefined;
};

export const apiOf = (client: ApiClient): Api => {
  const send = async <R extends Resource>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    contentType?: string,
  ): Promise<Outcome<R>> => {
    const answer = await client.request({ method, path, body, contentType });
    if (answer._tag === "Unanswered") return { _tag: "Unanswered", message: `${method} ${path}: ${messageOf(answer)}` };
    if (answer.status >= 200 && answer.status < 300) return { _tag: "Done", object: asResource<R>(answer.body) };
    const message = `${method} ${path}: ${messageOf(answer)}`;
    if (answer.status === 404) return { _tag: "Missing", message };
    if (answer.status === 409) return { _tag: "Conflict", message };
    return { _tag: "Refused", status: answer.status, message };
  };
  return {
    client,
    get: (path) => send("GET", path),
    create: (path, object) => send("POST", path, object),
    patch: (path, change) => send("PATCH", path, change, "application/merge-patch+json"),
    put: (path, object) => send("PUT", path, object),
    remove: (path, options = {}) =>
      send("DELETE", path, {
        apiVersion: "v1",
        kind: "DeleteOptions",
        ...(options.uid !== undefined && { preconditions: { uid: options.uid } }),
        ...(options.graceSeconds !== undefined && { gracePeriodSeconds: options.graceSeconds }),
        ...(options.propagation !== undefined && { propagationPolicy: options.propagation }),
      }),
  };
};

/** The client named by a kubeconfig; throws in words what is wrong with it. */
export const openApi = async (kubeconfig: string | undefined, userAgent: string): Promise<Api> => {
  const connected = await connect({ kubeconfig, userAgent });
  if (connected._tag === "NotConfigured") throw new Error(connected.message);
  return apiOf(connected.client);
};

/** Path of a collection of a namespace, or of one object in it. `plural` may carry a group: `apps/v1/statefulsets`. */
export const pathTo = (plural: string, namespace?: string, name?: string, subresource?: string): string => {
  const parts = plural.split("/");
  const kind = parts.pop() ?? "";
  const root = parts.length === 0 ? "/api/v1" : `/apis/${parts.join("/")}`;
  return [root, ...(namespace === undefined ? [] : ["namespaces", namespace]), kind, name, subresource]
    .filter((part) => part !== undefined)
    .join("/");
};

export const warn = (who: string, message: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${who}: ${message}\n`);
};
