/**
 * How the marker is carried by a data set: as the description of the one function of a library of ours. A function is
 * replicated, is in RDB and AOF, survives FLUSHALL and is no key that a client could meet; its description comes back in a
 * plain FUNCTION LIST, so that reading it costs no parsing of code.
 *
 *   description   <namespace>/<name> <epoch> <seq> <pod>
 *
 * Whose it is stands in front: a process of another cluster, moved here by an address that was used again or by a volume
 * that was attached to the wrong pod, is recognised at sight. Not the UID: a data set outlives its ValkeyCluster, and
 * whoever creates one of the same name over the same volumes wants the data back.
 */
import type { Marker } from "./record.ts";
import { bytesOf, type Command, commands, entriesOf, itemsOf, textOf, type Value } from "./resp3/index.ts";
import { epoch, podName } from "./units.ts";

/** Which ValkeyCluster; both are names of Kubernetes objects, so neither holds a blank or a slash. */
export type ClusterName = { readonly namespace: string; readonly name: string };

/** Asks for the marker. LIBRARYNAME is a pattern; this name has nothing special in it. */
export const markerQuery = commands.functionList({ library: "gungnir" });

/** Writes the marker, or replaces it. It needs a primary, and as many good replicas as min-replicas-to-write says. */
export const markCommand = (marker: Marker, cluster: ClusterName): Command =>
  commands.functionLoad(libraryOf(marker, cluster), { replace: true });

/** The marker in the reply to `markerQuery`; undefined where that is not what a server answers or what we write. */
export const readMarker = (reply: Value, cluster: ClusterName): Marker | "Absent" | "Foreign" | undefined => {
  const libraries = itemsOf(reply);
  if (libraries === undefined || libraries.length > 1) return undefined;
  const [library] = libraries;
  if (library === undefined) return "Absent";
  const functions = itemsOf(field(library, "functions"));
  const [only] = functions ?? [];
  if (functions?.length !== 1 || only === undefined) return undefined;
  const [, owner, at, seq, pod] = described.exec(textOf(field(only, "description")) ?? "") ?? [];
  if (pod === undefined) return undefined;
  if (owner !== `${cluster.namespace}/${cluster.name}`) return "Foreign";
  return { epoch: epoch(Number(at)), seq: Number(seq), pod: podName(pod) };
};

/** Fifteen digits: exact as numbers. */
const described = /^([^\s/]+\/[^\s/]+) (0|[1-9]\d{0,14}) (0|[1-9]\d{0,14}) ([^\s/]+)$/;

const field = (map: Value, name: string): Value | undefined => {
  const entries = entriesOf(map);
  return entries._tag === "Ok" ? entries.value.find(([key]) => textOf(key) === name)?.[1] : undefined;
};

/** `redis` is what the Lua of every server of the family calls the API; `no-writes` lets a replica run it as well. */
const libraryOf = ({ epoch: at, seq, pod }: Marker, { namespace, name }: ClusterName): string =>
  `#!lua name=gungnir
redis.register_function{function_name='gungnir_marker', description=${quoted(`${namespace}/${name} ${at} ${seq} ${pod}`)}, ` +
  `callback=function() return redis.status_reply('OK') end, flags={'no-writes'}}`;

/** A Lua string. Names of Kubernetes objects need no escape; whatever else comes in becomes \ddd and never code. */
const quoted = (text: string): string =>
  `'${text.replaceAll(/[^a-zA-Z0-9./ -]/gu, (character) => Array.from(bytesOf(character), (byte) => `\\${String(byte).padStart(3, "0")}`).join(""))}'`;
