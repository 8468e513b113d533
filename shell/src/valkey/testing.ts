// Real server processes for tests: a free port, a folder of its own, both gone afterwards. Only tests import this.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findValkey } from "../sandbox/valkey-binary.ts";

export type Started = { readonly port: number; readonly pid: number; readonly folder: string; readonly stop: () => Promise<void> };

/** A server on 127.0.0.1, ready to accept connections. */
export async function startValkey(args: readonly string[] = []): Promise<Started> {
  const { server, env } = await findValkey();
  const folder = await mkdtemp(join(tmpdir(), "gungnir-valkey-"));
  const port = await freePort();
  const child = spawn(server, ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => String(chunk).includes("Ready to accept connections") && resolve());
  });
  const won = await Promise.race([ready.then(() => "ready"), exited.then(() => "exited")]);
  if (won === "exited") throw new Error(`valkey-server ${args.join(" ")} ended before it was ready`);
  return {
    port,
    pid: child.pid ?? 0,
    folder,
    stop: async () => {
      child.kill("SIGKILL");
      await exited;
      // A child that saves outlives the server it was forked from for as long as its file takes, which may come while its folder goes.
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
