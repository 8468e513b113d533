// For tests: a server of its own, a client that speaks to it over real HTTPS, and watches read line by line.
import { Agent, request } from "undici";
import { isObject, type Json, type JsonObject, metadataOf, objectOf, parseJson, textOf } from "./json.ts";
import { type ApiServer, type Options, startApiServer } from "./server.ts";

export type Reply = { readonly code: number; readonly body: JsonObject; readonly warnings: readonly string[] };
export type Asking = {
  readonly body?: Json;
  readonly type?: string;
  readonly token?: string;
  readonly accept?: string;
  readonly agent?: string;
};

export type Trial = {
  readonly server: ApiServer;
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  watch(path: string, accept?: string): Promise<Watching>;
  close(): Promise<void>;
};
export type Watching = { next(): Promise<{ readonly type: string; readonly object: JsonObject } | undefined>; stop(): void };

export const startTrial = async (options: Partial<Options> = {}): Promise<Trial> => {
  const server = await startApiServer({ port: 0, ...options });
  const dispatcher = new Agent({ connect: { ca: server.authority } });
  const headers = (asking: Asking): Record<string, string> => ({
    authorization: `Bearer ${asking.token ?? server.adminToken}`,
    accept: asking.accept ?? "application/json",
    "user-agent": asking.agent ?? "trial/1",
    "content-type": asking.type ?? "application/json",
  });
  return {
    server,
    ask: async (method, path, asking = {}) => {
      const {
        statusCode,
        body,
        headers: answered,
      } = await request(`${server.server}${path}`, {
        method,
        dispatcher,
        headers: headers(asking),
        ...(asking.body === undefined ? {} : { body: JSON.stringify(asking.body) }),
      });
      const text = await body.text();
      const value = text.startsWith("{") ? parseJson(text) : { text };
      return { code: statusCode, body: isObject(value) ? value : {}, warnings: [answered["warning"] ?? []].flat() };
    },
    watch: async (path, accept) => {
      const abort = new AbortController();
      const { body } = await request(`${server.server}${path}`, {
        dispatcher,
        headers: headers(accept === undefined ? {} : { accept }),
        signal: abort.signal,
      });
      const lines = linesOf(body);
      return {
        next: async () => {
          const { value, done } = await lines.next();
          if (done === true) return undefined;
          const event = objectOf(parseJson(value));
          return { type: textOf(event["type"]), object: objectOf(event["object"]) };
        },
        stop: () => abort.abort(),
      };
    },
    close: async () => {
      await server.close();
      await dispatcher.destroy();
    },
  };
};

async function* linesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<string, undefined> {
  let rest = "";
  try {
    for await (const chunk of chunks) {
      const lines = `${rest}${String(chunk)}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch {
    // The watch was stopped by the test, or the server went away: either way there are no more lines.
  }
}

export const metaOf = (reply: Reply): JsonObject => metadataOf(reply.body);
export const specOf = (reply: Reply): JsonObject => objectOf(reply.body["spec"]);
export const messageOf = (reply: Reply): string => textOf(reply.body["message"]);

export const configMap = (name: string, data: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});
export const configMaps = "/api/v1/namespaces/default/configmaps";
