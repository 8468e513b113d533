// /metrics, /healthz and /readyz. Healthy means that the event loop runs: that this answers at all. Ready means that the
// caches were filled once; a standby is as ready as a leader.
import { createServer } from "node:http";
import type { Endpoint } from "../option.ts";

export type Page = { readonly contentType: string; readonly body: string };
export type Serving = { readonly _tag: "Serving"; readonly address: string; close(): Promise<void> };
export type NotServing = { readonly _tag: "NotServing"; readonly message: string };

export function serve(
  at: Endpoint,
  pages: { readonly metrics: () => Promise<Page>; readonly isReady: () => boolean },
): Promise<Serving | NotServing> {
  const server = createServer((request, response) => {
    const answer = (status: number, contentType: string, body: string): void => {
      response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
    };
    const plain = (status: number, body: string): void => answer(status, "text/plain; charset=utf-8", `${body}\n`);
    const path = (request.url ?? "/").split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") plain(405, "only GET is served here");
    else if (path === "/healthz") plain(200, "ok");
    else if (path === "/readyz") {
      if (pages.isReady()) plain(200, "ok");
      else plain(503, "the caches are not filled yet");
    } else if (path === "/metrics") {
      pages.metrics().then(
        (page) => answer(200, page.contentType, page.body),
        (error: unknown) => plain(500, String(error)),
      );
    } else plain(404, "served here: /metrics /healthz /readyz");
  });
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is already taken by another process" : `cannot be listened on (${error.message})`;
      resolve({
        _tag: "NotServing",
        message: `${at.host}:${at.port} ${why}; choose another with --listen HOST:PORT, or port 0 for a free one`,
      });
    });
    server.listen(at.port, at.host, () => {
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : at.port;
      resolve({
        _tag: "Serving",
        address: `${at.host.includes(":") ? `[${at.host}]` : at.host}:${port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
