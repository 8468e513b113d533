// The operator's image from this checkout, as its own script makes it.
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const checkout = resolve(import.meta.dirname, "../../..");

/** The archive's path. */
export const buildImage = async (say: (what: string) => void): Promise<string> => {
  say("building the operator's image from this checkout");
  const folder = join(checkout, ".cache/e2e");
  mkdirSync(folder, { recursive: true });
  const out = join(folder, "operator.tar");
  await promisify(execFile)(process.execPath, ["--conditions=gungnir-source", join(checkout, "shell/image/main.ts"), "--out", out], {
    cwd: checkout,
  });
  return out;
};
