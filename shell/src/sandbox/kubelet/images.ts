// Images without a container runtime: a name stands for programs of this machine.
//
// valkey and redis images are the valkey-server that was found (whatever tag was asked for; the imageID says what really runs), a few
// base images are the machine's own shell and tools. Anything else is an image that cannot be pulled, with the reason in the status.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findValkey } from "../valkey-binary.ts";

export type Image = {
  readonly id: string;
  /** What runs when the pod gives no command: the image's entrypoint applied to these arguments. */
  readonly entrypoint: (args: readonly string[]) => readonly string[];
  /** The environment every process of the image starts with. */
  readonly environment: Readonly<Record<string, string>>;
};

export type Images = { readonly pull: (image: string) => Promise<Image | { readonly problem: string }> };

const machinePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const valkeyNames = ["valkey", "redis", "valkey-server"];
const shellNames = ["busybox", "debian", "ubuntu", "alpine", "bash"];
const knownTag = /^(latest|unstable|\d[\w.-]*|(alpine|bookworm|trixie|stable)[\w.-]*)$/;

/** Images served from this machine's programs; `folder` receives the names they are found under. */
export const localImages = (folder: string): Images => {
  let valkey: Promise<Image | { readonly problem: string }> | undefined;
  const pull = async (name: string): Promise<Image | { readonly problem: string }> => {
    const { repository, tag } = splitName(name);
    const last = repository.slice(repository.lastIndexOf("/") + 1);
    if (!knownTag.test(tag))
      return { problem: `tag "${tag}" of image "${name}" is none the sandbox knows: use a version such as ${last}:8.0` };
    if (shellNames.includes(last)) {
      return { id: `local://${last}`, entrypoint: (args) => (args.length === 0 ? ["/bin/sh"] : args), environment: { PATH: machinePath } };
    }
    if (!valkeyNames.includes(last)) {
      return {
        problem: `image "${name}" cannot be pulled: the sandbox runs local programs only, for images named ${[...valkeyNames, ...shellNames].join(", ")}`,
      };
    }
    valkey ??= findValkeyImage(folder);
    const found = await valkey;
    if ("problem" in found) valkey = undefined; // looked for again at the next pull: it may have been installed meanwhile
    return found;
  };
  return { pull };
};

const findValkeyImage = async (folder: string): Promise<Image | { readonly problem: string }> => {
  try {
    const { server, cli, sentinel, env, version } = await findValkey();
    const programs = join(folder, "valkey", "bin");
    mkdirSync(programs, { recursive: true });
    for (const [name, target] of [
      ["valkey-server", server],
      ["valkey-sentinel", sentinel ?? server],
    ] as const) {
      rmSync(join(programs, name), { force: true });
      symlinkSync(target, join(programs, name));
    }
    const client = join(programs, "valkey-cli");
    rmSync(client, { force: true });
    writeFileSync(client, commandLineWrapper(cli));
    chmodSync(client, 0o755);
    return {
      id: `local://${basename(dirname(programs))}-${version}`,
      // The entrypoint of the image runs the server when it is given only flags or a configuration file.
      entrypoint: (args) => {
        const [first] = args;
        if (first === undefined) return ["valkey-server"];
        return first.startsWith("-") || first.endsWith(".conf") ? ["valkey-server", ...args] : args;
      },
      environment: { ...env, PATH: `${programs}:${machinePath}` },
    };
  } catch (problem) {
    return { problem: `valkey-server is missing on this machine: ${problem instanceof Error ? problem.message : String(problem)}` };
  }
};

/**
 * A pod has no network namespace here, so "this host" is the pod's own address: valkey-cli without -h, -u or -s goes there, as it
 * would to 127.0.0.1 inside a real pod.
 */
const commandLineWrapper = (cli: string): string =>
  [
    "#!/bin/sh",
    'for argument in "$@"; do',
    '  case "$argument" in -h | -u | -s | --help | --version | -v) plain=1 ;; esac',
    "done",
    `[ -n "$plain" ] && exec '${cli}' "$@"`,
    `exec '${cli}' -h "\${SANDBOX_POD_IP:-127.0.0.1}" "$@"`,
    "",
  ].join("\n");

const splitName = (name: string): { readonly repository: string; readonly tag: string } => {
  const [undigested = ""] = name.split("@");
  const colon = undigested.lastIndexOf(":");
  return colon > undigested.lastIndexOf("/")
    ? { repository: undigested.slice(0, colon), tag: undigested.slice(colon + 1) }
    : { repository: undigested, tag: "latest" };
};
