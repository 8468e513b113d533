// Asks every process of one cluster when core says so. A probe that is late is reported as silence at once; if its answer
// comes after all, that is reported too, because a slow process is not a dead one. A process that does not answer holds up
// nobody but itself.
import { type ClusterName, type Event, type Memory, nextProbe, probeTargets, probeTimeout, type Target } from "@gungnir/core";
import { now } from "./clock.ts";
import type { Links } from "./valkey/links.ts";
import { probe, type Probed } from "./valkey/probe.ts";

export type Probing = {
  /** Sets the times of the next probes by what is remembered now; undefined stops asking. */
  follow(memory: Memory | undefined): void;
};

type Asked = { timer: NodeJS.Timeout | undefined; due: number; waiting: boolean };
type Heard = Extract<Event, { readonly _tag: "Replied" | "Silent" }>;

// Longer than any time-out for lateness, so that a late answer is still recognised as one.
const GIVE_UP_MS = 5000;

export function probing(links: Links, cluster: ClusterName, tell: (heard: Heard, probed: Probed) => void): Probing {
  const asked = new Map<string, Asked>();
  let lateAfterMs = 1000;

  const ask = (target: Target, state: Asked): void => {
    const link = links.of(target);
    state.timer = undefined;
    if (link === undefined) return;
    state.waiting = true;
    const began = now();
    const report = (probed: Probed): void => tell(eventOf(target, probed), probed);
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      state.waiting = false;
      const text = `no answer within ${lateAfterMs} ms`;
      report({ began, ended: now(), heard: { _tag: "Silent", why: "Timeout", text } });
    }, lateAfterMs);
    void probe(link, cluster, GIVE_UP_MS, now).then((probed) => {
      clearTimeout(late);
      if (!isLate) state.waiting = false;
      if (!isLate || probed.heard._tag === "Replied") report(probed);
    });
  };

  return {
    follow: (memory) => {
      const targets = memory === undefined ? [] : probeTargets(memory);
      const wanted = new Set(targets.map(keyOf));
      for (const [key, state] of asked) {
        if (wanted.has(key)) continue;
        clearTimeout(state.timer);
        asked.delete(key);
      }
      if (memory === undefined) return;
      lateAfterMs = probeTimeout(memory);
      for (const target of targets) {
        const state = asked.get(keyOf(target)) ?? { timer: undefined, due: 0, waiting: false };
        asked.set(keyOf(target), state);
        if (state.waiting) continue;
        const due = nextProbe(memory, target);
        if (state.timer !== undefined && state.due === due) continue;
        clearTimeout(state.timer);
        state.due = due;
        state.timer = setTimeout(() => ask(target, state), Math.max(0, due - now()));
      }
    },
  };
}

function eventOf(target: Target, { began, ended, heard }: Probed): Heard {
  return heard._tag === "Replied"
    ? { now: ended, _tag: "Replied", target, began, reply: heard.reply }
    : { now: ended, _tag: "Silent", target, began, why: heard.why };
}

const keyOf = (target: Target): string => `${target.uid} ${target.address}`;
