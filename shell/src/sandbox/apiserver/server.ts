// The server: HTTPS in front of handle.ts, which answers one request; connections that become something else (exec) here.
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { builtinResources } from "./builtin.ts";
import { identityIn } from "./certificates.ts";
import { createCounter } from "./counter.ts";
import { customResources } from "./custom.ts";
import { followUp } from "./follow-up.ts";
import { handle, upgrade } from "./handle.ts";
import { openJournal } from "./journal.ts";
import { metadataOf, nameOf, textOf } from "./json.ts";
import { parseRange } from "./service-addresses.ts";
import { seed } from "./seed.ts";
import type { Serving } from "./serving.ts";
import { createRegistry } from "./resource.ts";
import { createStore, defaultHistory } from "./store.ts";
import { createTokens, type User } from "./tokens.ts";

export type Options = {
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir?: string;
  readonly users?: ReadonlyMap<string, User>;
  readonly serviceRange?: string;
  /** Changes kept per collection for watches that come back; 2000 if not given. */
  readonly history?: number;
};

export type ApiServer = {
  readonly server: string;
  readonly port: number;
  /** PEM of the authority that clients are to trust, and that kubelets check this server's client certificate against. */
  readonly authority: string;
  readonly adminToken: string;
  /** A token for a ServiceAccount, which need not exist yet. */
  readonly issueToken: (namespace: string, account: string) => string;
  close(): Promise<void>;
};

export const defaultServiceRange = "127.96.0.0/16";

export const startApiServer = async (options: Options): Promise<ApiServer> => {
  const serviceRange = options.serviceRange ?? defaultServiceRange;
  parseRange(serviceRange);
  const identity = await identityIn(options.dataDir);
  const admin: User = { name: "kubernetes-admin", uid: "", groups: ["system:masters", "system:authenticated"] };
  const users = new Map([...(options.users ?? []), [identity.adminToken, admin]]);
  const serving: Serving = {
    store: createStore(options.dataDir === undefined ? undefined : openJournal(options.dataDir), options.history ?? defaultHistory),
    registry: createRegistry(await builtinResources()),
    tokens: createTokens(users, identity.signingKey),
    counter: createCounter(),
    serviceRange,
    kubeletClient: identity.kubeletClient,
    authority: identity.authority.certificate,
    timestamp: (seconds = 0) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
  };
  seed(serving);
  for (const definition of serving.store.list("apiextensions.k8s.io/customresourcedefinitions")) {
    serving.registry.serve(nameOf(definition), customResources(definition));
  }
  for (const resource of serving.registry.all()) {
    for (const object of serving.store.list(resource.storage)) followUp(serving, resource, object);
  }
  const server = createServer(
    { key: identity.server.key, cert: identity.server.certificate, keepAliveTimeout: 120_000 },
    (request, response) => {
      void handle(serving, request, response);
    },
  );
  server.requestTimeout = 0;
  server.on("upgrade", (request, socket, head) => void upgrade(serving, request, socket, head));
  const port = await listen(server, options.port);
  const tidying = setInterval(() => forgetEvents(serving), eventLifeMs / 12).unref();
  return {
    server: `https://127.0.0.1:${port}`,
    port,
    authority: identity.authority.certificate,
    adminToken: identity.adminToken,
    issueToken: (namespace, account) => serving.tokens.issue({ namespace, account, seconds: undefined }).token,
    close: async () => {
      clearInterval(tidying);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      serving.store.close();
    },
  };
};

/** Events are kept for an hour, as kube-apiserver does. */
const eventLifeMs = 3_600_000;
const forgetEvents = (serving: Serving): void => {
  for (const event of serving.store.list("/events")) {
    const last = Date.parse(textOf(event["lastTimestamp"]) || textOf(event["eventTime"]) || textOf(metadataOf(event)["creationTimestamp"]));
    if (last < Date.now() - eventLifeMs) serving.store.remove("/events", event);
  }
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${port} on 127.0.0.1 is taken: give another with --port, or 0 for any free one`)
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
