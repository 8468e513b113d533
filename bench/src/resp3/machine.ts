// On what, and with what, figures were taken.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";

/** One sentence in markdown. */
export const versions = async (hiredis: { readonly version: string; readonly compiler: string } | undefined): Promise<string> => {
  const [cpu] = cpus();
  const peers = await Promise.all(
    (["redis-parser", "@redis/client", "ioredis", "iovalkey"] as const).map(async (name) => `${name} ${await versionOf(name)}`),
  );
  const c = hiredis === undefined ? "no hiredis" : `hiredis ${hiredis.version} (-O3, ${hiredis.compiler})`;
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.version}, V8 ${process.versions.v8}; ${peers.join(", ")}, ${c}.`;
};

const versionOf = async (name: string): Promise<string> => {
  const entry = createRequire(import.meta.url).resolve(name);
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "");
    const version = text.includes(`"name": "${name}"`) ? /"version":\s*"([^"]+)"/.exec(text)?.[1] : undefined;
    if (version !== undefined) return version;
  }
  throw new Error(`${name} is resolved to ${entry}, which belongs to no package of that name`);
};
