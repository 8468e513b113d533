// One request: who is asking, what for, may they, then the verb. Whatever refuses below ends here as a Status.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { clientRefusal } from "./client-version.ts";
import { type JsonObject, objectOf } from "./json.ts";
import { joinExec, streamLog } from "./kubelet.ts";
import { answerPath } from "./paths.ts";
import { bind, evict } from "./pods.ts";
import { type Attempt, isAllowed } from "./rbac.ts";
import { badRequest, forbidden, methodNotAllowed, notImplemented, Rejection, statusBody, tooLarge, unauthorized } from "./rejection.ts";
import { formOf, listText, objectText, parseBody } from "./representation.ts";
import { review } from "./reviews.ts";
import { type Route, routeOf } from "./route.ts";
import type { Serving } from "./serving.ts";
import { requestToken } from "./token-request.ts";
import { anonymous, type User } from "./tokens.ts";
import { create, get, patch, readLive, remove, removeAll, selectorOf, type Answer, type Sent, update, writeOptionsOf } from "./verbs.ts";
import { streamWatch } from "./watch.ts";
import type { WriteOptions } from "./write.ts";

/** The limit of the real API server. */
const bodyLimit = 3 * 1024 * 1024;

type Asked = { readonly user: User; readonly route: Route; readonly query: URLSearchParams };

export const handle = async (serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const asked = ask(serving, request);
    await answer(serving, asked, request, response);
  } catch (error) {
    // A client that has gone is told nothing.
    if (!response.destroyed) refuse(response, error);
  }
};

/** Authentication, routing and authorization: everything before the body is read. */
const ask = (serving: Serving, request: IncomingMessage): Asked => {
  const url = urlOf(request);
  const user = userOf(serving, request);
  const refusal = clientRefusal(request.headers["user-agent"] ?? "");
  if (refusal !== undefined) throw badRequest(refusal);
  const route = routeOf(serving.registry, request.method ?? "GET", url.pathname, url.searchParams);
  const attempt = attemptOf(route, request.method ?? "GET");
  serving.counter.count(
    user.name,
    attempt.verb,
    attempt._tag === "Path" ? attempt.path : [attempt.group, attempt.resource, attempt.subresource].filter((part) => part !== "").join("/"),
  );
  if (!isAllowed(serving.store, user, attempt)) {
    if (user === anonymous) throw unauthorized("Unauthorized");
    throw denied(user, attempt);
  }
  return { user, route, query: url.searchParams };
};

const urlOf = (request: IncomingMessage): URL => {
  const url = URL.parse(request.url ?? "/", "https://localhost");
  try {
    if (url !== null && decodeURIComponent(url.pathname) !== "") return url;
  } catch {
    // Not UTF-8 once decoded: refused like what is no URL at all.
  }
  throw badRequest(`the path ${JSON.stringify(request.url)} is not one`);
};

const userOf = (serving: Serving, request: IncomingMessage): User => {
  const header = request.headers.authorization;
  if (header === undefined) return anonymous;
  const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  const user = token === undefined ? undefined : serving.tokens.authenticate(token);
  if (user === undefined) throw unauthorized("Unauthorized");
  return user;
};

const attemptOf = (route: Route, method: string): Attempt => {
  switch (route._tag) {
    case "Path":
      return { _tag: "Path", verb: method.toLowerCase(), path: route.path };
    case "Review":
      return { _tag: "Resource", verb: "create", group: route.group, resource: route.plural, subresource: "", namespace: "", name: "" };
    case "Resource": {
      const { resource, subresource, namespace, name, verb } = route;
      const executing = subresource === "exec" ? "create" : verb;
      // A namespace's own rules also govern the namespace object itself.
      return {
        _tag: "Resource",
        verb: executing,
        group: resource.group,
        resource: resource.plural,
        subresource,
        namespace: resource.storage === "/namespaces" ? name : namespace,
        name,
      };
    }
  }
};

const denied = (user: User, attempt: Attempt): Rejection => {
  if (attempt._tag === "Path")
    return new Rejection(403, "Forbidden", `forbidden: User "${user.name}" cannot ${attempt.verb} path "${attempt.path}"`);
  const what = attempt.subresource === "" ? attempt.resource : `${attempt.resource}/${attempt.subresource}`;
  const where = attempt.namespace === "" ? "at the cluster scope" : `in the namespace "${attempt.namespace}"`;
  return forbidden(
    { group: attempt.group, plural: attempt.resource, kind: "" },
    attempt.name,
    `User "${user.name}" cannot ${attempt.verb} resource "${what}" in API group "${attempt.group}" ${where}`,
  );
};

const answer = async (serving: Serving, asked: Asked, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { route, user, query } = asked;
  const accept = request.headers.accept ?? "*/*";
  switch (route._tag) {
    case "Path":
      return answerPath(serving, user, route.path, request, accept, response);
    case "Review": {
      if (request.method !== "POST") throw methodNotAllowed({ group: route.group, plural: route.plural, kind: "" }, request.method ?? "");
      const body = await bodyOf(request);
      const given = parseBody(body, request.headers["content-type"] ?? "");
      return send(response, 201, JSON.stringify(review(serving, user, route.plural, objectOf(given))));
    }
    case "Resource": {
      const { resource, namespace, verb } = route;
      const form = formOf(accept);
      const scope = resource.namespaced && namespace !== "" ? namespace : undefined;
      if (route.subresource === "log") return streamLog(serving, readLive(serving, route), query, response);
      if (verb === "watch") {
        const matches = selectorOf(query, resource.storage);
        const named = (object: JsonObject): boolean => route.name === "" || objectOf(object["metadata"])["name"] === route.name;
        return streamWatch(serving.store, response, {
          resource,
          namespace: scope,
          matches: (object) => named(object) && matches(object),
          form,
          query,
        });
      }
      if (verb === "list") {
        const objects = serving.store.list(resource.storage, scope).filter(selectorOf(query, resource.storage));
        return send(response, 200, listText(resource, objects, String(serving.store.version()), form, query));
      }
      const warnings: string[] = [];
      const options = writeOptionsOf(query, request.headers["user-agent"] ?? "", (message) => warnings.push(message));
      const sent: Sent = { body: await bodyOf(request), contentType: request.headers["content-type"] ?? "", query };
      const { code, object } = perform(serving, route, options, sent);
      for (const warning of warnings) response.appendHeader("warning", `299 - ${JSON.stringify(warning)}`);
      return send(response, code, objectText(resource, object, form, query));
    }
  }
};

type ResourceRoute = Extract<Route, { readonly _tag: "Resource" }>;

const perform = (serving: Serving, route: ResourceRoute, options: WriteOptions, sent: Sent): Answer => {
  const { resource, namespace, name, verb } = route;
  if (resource.namespaced && namespace === "" && verb !== "list" && verb !== "deletecollection")
    throw badRequest(`${resource.plural} are namespaced: use /namespaces/NAME/${resource.plural}`);
  switch (verb) {
    case "get":
      return get(serving, route);
    case "create":
      if (name !== "") return createSubresource(serving, route, options, sent);
      return create(serving, route, options, sent);
    case "update":
      return update(serving, route, options, sent);
    case "patch":
      return patch(serving, route, options, sent);
    case "delete":
      return remove(serving, route, sent);
    case "deletecollection":
      return removeAll(serving, route, sent);
    case "list":
    case "watch":
      throw methodNotAllowed(resource, verb);
  }
};

const createSubresource = (serving: Serving, route: ResourceRoute, options: WriteOptions, sent: Sent): Answer => {
  const what = `${route.resource.plural}/${route.subresource}`;
  const body = objectOf(sent.body.length === 0 ? undefined : parseBody(sent.body, sent.contentType));
  switch (what) {
    case "pods/binding":
      return bind(serving, route, options, readLive(serving, route), body);
    case "pods/eviction":
      return evict(serving, route, readLive(serving, route), body);
    case "serviceaccounts/token":
      return requestToken(serving, readLive(serving, route), body);
    case "pods/exec":
    case "pods/attach":
    case "pods/portforward":
      throw notImplemented(
        `${what} over SPDY: use kubectl 1.31 or newer, whose exec is a WebSocket (attach and port-forward are not served; pods are on loopback)`,
      );
    default:
      throw methodNotAllowed(route.resource, `create of ${route.subresource}`);
  }
};

/** Exec arrives as an upgrade to WebSocket. */
export const upgrade = async (serving: Serving, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
  try {
    const { route, query } = ask(serving, request);
    const websocket = (request.headers.upgrade ?? "").toLowerCase() === "websocket";
    if (route._tag !== "Resource" || route.resource.storage !== "/pods" || route.subresource !== "exec" || !websocket) {
      throw notImplemented(
        `an upgrade to ${request.headers.upgrade ?? "nothing"} of ${request.url ?? ""} (exec over WebSocket is served; attach, port-forward and SPDY are not)`,
      );
    }
    await joinExec(serving, readLive(serving, route), query, request, socket, head);
  } catch (error) {
    const { code, body } = refusalOf(error);
    const text = JSON.stringify(body);
    socket.end(
      `HTTP/1.1 ${code} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    );
  }
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) throw tooLarge(bodyLimit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > bodyLimit) throw tooLarge(bodyLimit);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

const send = (response: ServerResponse, code: number, text: string): void => {
  response.writeHead(code, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
};

const refusalOf = (error: unknown): { readonly code: number; readonly body: JsonObject } => {
  if (error instanceof Rejection) return { code: error.code, body: error.status };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 500, body: statusBody(500, "InternalError", `Internal error occurred: ${message}`) };
};

const refuse = (response: ServerResponse, error: unknown): void => {
  const { code, body } = refusalOf(error);
  if (code === 500) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (code === 429) response.setHeader("retry-after", "1");
  send(response, code, JSON.stringify(body));
};
