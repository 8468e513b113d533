// A real HTTP(S) server on a free loopback port that answers as a test tells it to, badly on purpose, and a kubeconfig
// that leads to it. Only tests import this.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { stringify } from "yaml";
import { type ApiClient, connect } from "./client.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

export type TestServer = {
  readonly url: string;
  readonly kubeconfig: string;
  readonly client: ApiClient;
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
};

export async function testServer(
  handler: Handler,
  options: { readonly tls?: boolean; readonly user?: Record<string, unknown> } = {},
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "gungnir-client-"));
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    handler(request, response, new URL(request.url ?? "/", "http://test"));
  const certificate = options.tls === true ? await generate([{ name: "commonName", value: "127.0.0.1" }], certificateOptions) : undefined;
  const server =
    certificate === undefined ? createHttp(onRequest) : createHttps({ key: certificate.private, cert: certificate.cert }, onRequest);
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `${certificate === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const kubeconfig = join(folder, "kubeconfig");
  const cluster =
    certificate === undefined
      ? { server: url, "insecure-skip-tls-verify": true }
      : { server: url, "certificate-authority-data": Buffer.from(certificate.cert).toString("base64") };
  await writeFile(kubeconfig, kubeconfigText(cluster, options.user ?? { token: "secret" }));
  const connected = await connect({ kubeconfig, userAgent: "gungnir-test" });
  if (connected._tag === "NotConfigured") throw new Error(connected.message);
  return {
    url,
    kubeconfig,
    client: connected.client,
    connections: () => accepted,
    close: async () => {
      await connected.client.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const certificateOptions = {
  keyType: "ec" as const,
  extensions: [
    { name: "basicConstraints" as const, cA: true },
    { name: "subjectAltName" as const, altNames: [{ type: 7 as const, ip: "127.0.0.1" }] },
  ],
};

export function kubeconfigText(cluster: Record<string, unknown>, user: Record<string, unknown>): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "here" } }],
    "current-context": "test",
  });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** An object as small as an object may be. */
export function object(name: string, resourceVersion: string): { readonly metadata: Record<string, string> } {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion } };
}
