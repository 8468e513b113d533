// From a container's spec to what can be started here: the image's programs, the environment, the arguments with mount paths and
// variables put in, the working folder. Each reason why it cannot be started is a waiting state of the container, in Kubernetes' words.
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Container, Pod } from "../clients/pod.ts";
import { type Addresses, ConfigurationError, environmentOf, expand, type Environment, type Sources } from "./environment.ts";
import type { Image, Images } from "./images.ts";
import { type Mounts, rewritePaths } from "./mounts.ts";

export type Launch = {
  readonly _tag: "Launch";
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly cwd: string;
  readonly image: Image;
};

export type NotLaunched = {
  readonly _tag: "NotLaunched";
  readonly reason: "ErrImagePull" | "CreateContainerConfigError" | "PortTaken";
  readonly message: string;
};

export type LaunchInput = {
  readonly pod: Pod;
  readonly container: Container;
  readonly addresses: Addresses;
  readonly mounts: Mounts;
  readonly sources: Sources;
  readonly images: Images;
  /** The pod's own folder: home, and working folder where none is asked for. */
  readonly folder: string;
};

export const prepareLaunch = async (input: LaunchInput): Promise<Launch | NotLaunched> => {
  const { pod, container, addresses, mounts, sources } = input;
  const image = await input.images.pull(container.image);
  if ("problem" in image) return { _tag: "NotLaunched", reason: "ErrImagePull", message: image.problem };
  const taken = await firstTakenPort(container, addresses.podIP);
  if (taken !== undefined) return { _tag: "NotLaunched", reason: "PortTaken", message: taken };
  try {
    const base = { ...image.environment, HOME: input.folder };
    const environment = await environmentOf({ pod, container, base, addresses, mounts, sources });
    const filled = (texts: readonly string[] = []): readonly string[] =>
      texts.map((text) => expand(rewritePaths(text, mounts), environment));
    const args = filled(container.args);
    const command = container.command === undefined || container.command.length === 0 ? undefined : filled(container.command);
    const cwd = container.workingDir === undefined ? firstFolder(input) : rewritePaths(container.workingDir, mounts);
    mkdirSync(cwd, { recursive: true });
    return { _tag: "Launch", argv: command === undefined ? image.entrypoint(args) : [...command, ...args], environment, cwd, image };
  } catch (problem) {
    const isOurs = problem instanceof ConfigurationError;
    const message = problem instanceof Error ? problem.message : String(problem);
    return {
      _tag: "NotLaunched",
      reason: "CreateContainerConfigError",
      message: isOurs ? message : `preparing the container failed: ${message}`,
    };
  }
};

/** The valkey image works in /data; where it is mounted that is its folder here, else one of the pod's own. */
const firstFolder = ({ mounts, folder }: LaunchInput): string =>
  mounts.find((mount) => mount.mountPath === "/data")?.folder ?? join(folder, "work");

/**
 * A server of this machine that listens on 0.0.0.0 holds a port on every loopback address too, so that no pod could have it: found out
 * by binding each declared port once, and said in words, instead of leaving a crash loop to be puzzled over.
 */
const firstTakenPort = async (container: Container, podIP: string): Promise<string | undefined> => {
  for (const { containerPort, protocol = "TCP" } of container.ports ?? []) {
    if (protocol !== "TCP") continue;
    const code = await bindOnce(podIP, containerPort);
    if (code === undefined) continue;
    return (
      `port ${containerPort} cannot be bound on the pod's address ${podIP} (${code}): another process of this machine holds it, ` +
      `probably on 0.0.0.0; find it with "ss -ltnp 'sport = :${containerPort}'" and stop it, or use another port`
    );
  }
  return undefined;
};

const bindOnce = (host: string, port: number): Promise<string | undefined> =>
  new Promise((done) => {
    const server = createServer();
    server.once("error", (problem: NodeJS.ErrnoException) => done(problem.code ?? problem.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(undefined)));
  });
