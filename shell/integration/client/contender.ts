// Operators that contend for one Lease, and whether two of them ever led at once.
import { type Leadership, milliseconds } from "@gungnir/core";
import type { ApiClient } from "../../src/kubernetes/client.ts";
import { lead } from "../../src/leading.ts";

/** Short, so that a takeover fits into a test; a Lease counts in whole seconds. */
const TIMING = { duration: milliseconds(1_000), renewDeadline: milliseconds(700), retry: milliseconds(100), timeout: milliseconds(200) };

export function contender(client: ApiClient, name: string, lease: string) {
  const seen: Extract<Leadership, { _tag: "Leading" }>[] = [];
  const onChange = (leadership: Leadership): void => {
    if (leadership._tag === "Leading") seen.push(leadership);
  };
  const begin = () =>
    lead({ client, lease: { namespace: "default", name: lease }, identity: name, timing: TIMING, onChange, onProblem: () => undefined });
  let leader = begin();
  return {
    name,
    isLeading: () => leader.current()._tag === "Leading",
    founded: () => [...new Set(seen.map((one) => one.founded))],
    terms: () => [...new Set(seen.map((one) => one.term))],
    end: () => leader.release(),
    /** Gives the Lease back, and contends again once that is done. */
    pause: async (meanwhile: () => Promise<unknown>) => {
      await leader.release();
      await meanwhile();
      leader = begin();
    },
  };
}

/** How often both were seen to lead at once, looked at every millisecond from now on. */
export function overlapOf(...all: readonly { readonly isLeading: () => boolean }[]): () => number {
  let overlaps = 0;
  const look = setInterval(() => {
    if (all.filter((one) => one.isLeading()).length > 1) overlaps += 1;
  }, 1);
  return () => {
    clearInterval(look);
    return overlaps;
  };
}
