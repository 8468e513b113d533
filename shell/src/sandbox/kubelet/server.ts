// The kubelet's own HTTPS endpoint, with the paths of the real one, so that an API server can pass `kubectl logs` and `exec` on to it.
//
// It runs commands for whoever may call it, so it wants to know who calls: an API server by its client certificate, as in a real cluster,
// or whoever holds the bearer token the kubelet was started with.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { TLSSocket } from "node:tls";
import { generate } from "selfsigned";
import { WebSocketServer } from "ws";
import type { RunningContainer } from "./container.ts";
import { execProtocols, serveExec } from "./exec.ts";
import { type LogQuery, readLog, showLine } from "./log.ts";

export type KubeletServer = { readonly port: number; readonly close: () => Promise<void> };

const notAllowed = "neither the client certificate nor the bearer token is one this kubelet knows";

export type Target = { readonly namespace: string; readonly pod: string; readonly container: string };

/** The container a request names, or why there is none. */
export type Find = (target: Target) => RunningContainer | { readonly problem: string };

export const serveKubelet = async (options: {
  readonly address: string;
  readonly port: number;
  readonly token: string;
  /** The authority whose client certificates are let in (PEM). */
  readonly clientAuthority: string | undefined;
  readonly find: Find;
}): Promise<KubeletServer> => {
  const { address, token, clientAuthority, find } = options;
  const names = [{ type: 7 as const, ip: address }];
  const { private: key, cert } = await generate([{ name: "commonName", value: address }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  const server = createServer(
    { key, cert, requestCert: true, rejectUnauthorized: false, ...(clientAuthority !== undefined && { ca: clientAuthority }) },
    (request, response) => answer(request, response, token, find),
  );
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => execProtocols.find((each) => offered.has(each)) ?? false,
  });
  server.on("upgrade", (request, socket, head) => {
    const route = routeOf(request);
    const refuse = (status: string, message: string): void => {
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(message)}\r\nConnection: close\r\n\r\n${message}`,
      );
    };
    if (!isAllowed(request, token)) return refuse("401 Unauthorized", notAllowed);
    if (route === undefined || route.verb !== "exec")
      return refuse("501 Not Implemented", `the sandbox's kubelet serves exec, not ${request.url ?? ""}`);
    const container = find(route.target);
    if ("problem" in container) return refuse("404 Not Found", container.problem);
    const asked = { command: route.query.getAll("command"), stdin: isSet(route.query, "stdin", "input"), tty: isSet(route.query, "tty") };
    if (asked.command.length === 0) return refuse("400 Bad Request", "you must specify at least 1 command");
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("error", () => undefined); // a client that breaks off is a client that left: "close" follows
      void serveExec(webSocket, container, asked);
    });
    return undefined;
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(options.port, address, done);
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : options.port,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
};

type Route = { readonly verb: string; readonly target: Target; readonly query: URLSearchParams };

/** `/containerLogs|exec/{namespace}/{pod}/{container}`, or the five-part form with the pod's UID. */
const routeOf = (request: IncomingMessage): Route | undefined => {
  const url = new URL(request.url ?? "/", "https://kubelet");
  const [verb = "", namespace, pod, third, fourth] = url.pathname.split("/").slice(1).map(decodeURIComponent);
  const container = fourth ?? third;
  if (namespace === undefined || pod === undefined || container === undefined) return undefined;
  return { verb, target: { namespace, pod, container }, query: url.searchParams };
};

const answer = (request: IncomingMessage, response: ServerResponse, token: string, find: Find): void => {
  const say = (status: number, text: string): void => void response.writeHead(status, { "content-type": "text/plain" }).end(text);
  if (request.url === "/healthz") return say(200, "ok");
  if (!isAllowed(request, token)) return say(401, notAllowed);
  const route = routeOf(request);
  if (route === undefined || route.verb !== "containerLogs")
    return say(501, `the sandbox's kubelet serves logs and exec, not ${request.url ?? ""}`);
  const container = find(route.target);
  if ("problem" in container) return say(404, container.problem);
  return sendLog(route.query, container, response, say);
};

const sendLog = (
  query: URLSearchParams,
  container: RunningContainer,
  response: ServerResponse,
  say: (status: number, text: string) => void,
): void => {
  const previous = isSet(query, "previous");
  const path = container.logPath(previous);
  if (path === undefined) {
    return say(
      400,
      `${previous ? "previous terminated container" : "container"} "${container.name}" not found: it has not ${previous ? "been restarted" : "started"}`,
    );
  }
  const wanted = logQuery(query);
  response.writeHead(200, { "content-type": "text/plain" });
  response.write(readLog(path, wanted));
  const log = container.currentLog();
  if (!isSet(query, "follow") || previous || log === undefined) return void response.end();
  response.flushHeaders();
  const leave = log.follow(
    (line) => void response.write(showLine(line, wanted.timestamps)),
    () => void response.end(),
  );
  response.on("close", leave);
  return undefined;
};

const logQuery = (query: URLSearchParams): LogQuery => {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    return text === null || !/^\d+$/.test(text) ? undefined : Number(text);
  };
  const seconds = number("sinceSeconds");
  const time = query.get("sinceTime");
  return {
    tailLines: number("tailLines"),
    limitBytes: number("limitBytes"),
    timestamps: isSet(query, "timestamps"),
    sinceMs: seconds !== undefined ? Date.now() - seconds * 1000 : time === null ? undefined : Date.parse(time),
  };
};

const isSet = (query: URLSearchParams, ...names: readonly string[]): boolean =>
  names.some((name) => ["true", "1"].includes(query.get(name) ?? ""));

const isAllowed = (request: IncomingMessage, token: string): boolean => {
  if (request.socket instanceof TLSSocket && request.socket.authorized) return true;
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
