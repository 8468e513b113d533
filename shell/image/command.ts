// What a container of the image runs, and as whom. The Dockerfile says the same; a test compares.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NODE, USER } from "./runtime.ts";

export const PROGRAM = "/opt/gungnir/gungnir.mjs";

/** Small for a process that mostly waits: its young objects die in 1 MiB too, and one thread beside it collects and compiles. */
export const NODE_FLAGS = ["--max-semi-space-size=1", "--max-old-space-size=160", "--v8-pool-size=1"] as const;
/** Of the C library: each thread's own heap is memory that the others cannot use. */
export const ENVIRONMENT = ["MALLOC_ARENA_MAX=2"] as const;

const about: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
const stated = typeof about === "object" && about !== null ? Reflect.get(about, "version") : undefined;
export const VERSION = typeof stated === "string" ? stated : "0.0.0";

/** On no registry: the host `localhost` keeps a node from looking for it at one. */
export const IMAGE_NAME = `localhost/gungnir-operator:${VERSION}`;

export const imageConfig = (): Readonly<Record<string, unknown>> => ({
  User: `${USER}:${USER}`,
  Entrypoint: [NODE, ...NODE_FLAGS, PROGRAM],
  Env: ENVIRONMENT,
  Cmd: ["operator"],
  WorkingDir: "/",
  Labels: {
    "org.opencontainers.image.title": "gungnir-operator",
    "org.opencontainers.image.description": "A Kubernetes operator for Valkey",
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.version": VERSION,
  },
});
