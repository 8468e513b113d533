// How the marker is written into a data set: a library of one function, because a function is replicated, is in RDB and
// AOF, survives FLUSHALL, and is no key that a client could meet. What it says stands in a comment as JSON, with the UID of
// the cluster it belongs to, so that a process of another cluster is recognised at sight.
import { epoch, type Marker, podName, type Uid } from "@gungnir/core";
import type { Command, Value } from "@gungnir/core/resp3";
import { itemsOf, textOf, entriesOf } from "@gungnir/core/resp3";

const LIBRARY = "gungnir";

/** Writes (or replaces) the marker of this cluster. */
export function markCommand(cluster: Uid, marker: Marker): Command {
  const said = JSON.stringify({ cluster, epoch: marker.epoch, seq: marker.seq, pod: marker.pod });
  const code = `#!lua name=${LIBRARY}\n-- ${said}\nredis.register_function{function_name='${LIBRARY}', callback=function() return 1 end, flags={'no-writes'}}`;
  return ["FUNCTION", "LOAD", "REPLACE", code];
}

/** Asks for the marker. */
export const MARKER_QUERY: Command = ["FUNCTION", "LIST", "LIBRARYNAME", LIBRARY, "WITHCODE"];

/** The marker in the reply to `MARKER_QUERY`; undefined if the reply is none. */
export function readMarker(cluster: Uid, reply: Value): Marker | "Absent" | "Foreign" | undefined {
  const libraries = itemsOf(reply);
  if (libraries === undefined) return undefined;
  const library = libraries[0];
  if (library === undefined) return "Absent";
  const entries = entriesOf(library);
  if (entries._tag === "Err") return undefined;
  const code = entries.value.find(([key]) => textOf(key) === "library_code");
  return parse(cluster, textOf(code?.[1]) ?? "");
}

// A library of our name that says something else was not written by us for this cluster.
function parse(cluster: Uid, code: string): Marker | "Foreign" {
  const said = /^-- (\{.*\})$/m.exec(code)?.[1];
  if (said === undefined) return "Foreign";
  try {
    const value: unknown = JSON.parse(said);
    if (typeof value !== "object" || value === null) return "Foreign";
    const { cluster: owner, epoch: at, seq, pod } = { cluster: undefined, epoch: undefined, seq: undefined, pod: undefined, ...value };
    return owner === cluster && isCount(at) && isCount(seq) && typeof pod === "string"
      ? { epoch: epoch(at), seq, pod: podName(pod) }
      : "Foreign";
  } catch {
    return "Foreign";
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
