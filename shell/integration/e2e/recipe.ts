// Which cluster is played on: the one of $KUBECONFIG, else the local one, brought up and taken down again by its own scripts.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

export type Cluster = { readonly kubeconfig: string; readonly down: () => Promise<void> };

const NODES = "3";

/** Beside the checkout, or where $KUBE_RECIPE says. */
const recipeFolder = (): string => process.env["KUBE_RECIPE"] ?? resolve(import.meta.dirname, "../../../../shared/kube");

export const bringUp = async (say: (line: string) => void): Promise<Cluster | { readonly problem: string }> => {
  const given = process.env["KUBECONFIG"];
  if (given !== undefined && given !== "") return { kubeconfig: given, down: () => Promise.resolve() };
  const folder = recipeFolder();
  if (!existsSync(join(folder, "up.sh")))
    return { problem: `there is no cluster: $KUBECONFIG is not set, and ${folder} has no up.sh; set KUBECONFIG or KUBE_RECIPE` };
  const home = process.env["KUBE_HOME"] ?? "/var/lib/kube-from-debian";
  if (!existsSync(join(home, "complete"))) {
    say("building the local cluster's programs from Debian's sources (6 to 9 minutes, once a machine)");
    const built = await script(join(folder, "recipe.sh"), {});
    if (built.code !== 0) return { problem: `recipe.sh ended with ${built.code}:\n${built.output.slice(-2_000)}` };
  }
  const up = await script(join(folder, "up.sh"), { NODES });
  if (up.code !== 0) return { problem: `up.sh ended with ${up.code}:\n${up.output.slice(-2_000)}` };
  const wasUp = up.output.includes("already up");
  say(wasUp ? "the local cluster was up already, and stays so" : "the local cluster is up");
  return {
    kubeconfig: join(home, "admin.kubeconfig"),
    down: async () => void (wasUp ? undefined : await script(join(folder, "down.sh"), {})),
  };
};

const script = (file: string, environment: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((done) => {
    const child = spawn(file, [], { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => done({ code: 1, output: error.message }));
    // Daemons that it started hold its output open: its own end is the end.
    child.on("exit", (code) => done({ code: code ?? 1, output }));
  });
