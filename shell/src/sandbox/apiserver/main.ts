// The API server as a process of its own: flags in, one JSON line out when it serves, SIGTERM ends it.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeKubeconfig } from "./kubeconfig.ts";
import { defaultServiceRange, startApiServer } from "./server.ts";
import { parseTokenFile } from "./tokens.ts";

const help = `The API server of the Gungnir sandbox: a small Kubernetes API on loopback.

  --port N               the port on 127.0.0.1; 0 (default) takes a free one
  --data-dir DIR         keep objects and credentials there, to survive a restart; without it all is in memory
  --token-file FILE      more bearer tokens, one a line: token,user,uid,"group1,group2"
  --service-range CIDR   where ClusterIPs come from (default ${defaultServiceRange})
  --kubeconfig-out FILE  where the administrator's kubeconfig is written
  --help                 this text

When ready it prints one line of JSON: {"server","port","kubeconfig","pid"}.
`;

const settings = () => {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      "data-dir": { type: "string" },
      "token-file": { type: "string" },
      "service-range": { type: "string", default: defaultServiceRange },
      "kubeconfig-out": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port is ${JSON.stringify(values.port)}: it must be a number from 0 to 65535`);
  return { ...values, port };
};

const run = async (): Promise<void> => {
  const given = settings();
  if (given.help) {
    process.stdout.write(help);
    return;
  }
  const [dataDir, tokenFile] = [given["data-dir"], given["token-file"]];
  const started = await startApiServer({
    port: given.port,
    serviceRange: given["service-range"],
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(tokenFile === undefined ? {} : { users: parseTokenFile(readFileSync(tokenFile, "utf8")) }),
  });
  const kubeconfig =
    given["kubeconfig-out"] ??
    join(dataDir ?? tmpdir(), dataDir === undefined ? `gungnir-sandbox-${process.pid}.kubeconfig` : "admin.kubeconfig");
  writeKubeconfig(kubeconfig, {
    server: started.server,
    authority: started.authority,
    token: started.adminToken,
    user: "kubernetes-admin",
  });
  process.stdout.write(`${JSON.stringify({ server: started.server, port: started.port, kubeconfig, pid: process.pid })}\n`);
  const stop = (): void => {
    void started.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
};

run().catch((error: unknown) => {
  process.stderr.write(`gungnir sandbox API server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
