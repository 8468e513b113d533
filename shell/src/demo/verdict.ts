// When the demonstration has succeeded, as a list of requirements with the evidence for each. The exit code is 0 only when
// every one of them holds; what does not is named with what was found.
import { kinds, type Kind } from "./ledger.ts";
import type { Verdict } from "./checker.ts";
import { missingStages, type PrimarySeen, type RecordSeen, type Timeline } from "./timeline.ts";

export type Requirement = { readonly what: string; readonly holds: boolean; readonly found: string };

/** One fault and what surrounded it. */
export type Episode = {
  readonly name: string;
  readonly epochBefore: number;
  readonly epochAfter: number;
  readonly timeline: Timeline;
  /** Writes acknowledged between the episode before and this fault. */
  readonly writesBefore: Readonly<Record<Kind, number>>;
  /** Writes acknowledged after it, until the next one or the end. */
  readonly writesAfter: Readonly<Record<Kind, number>>;
};

export type Findings = {
  readonly episodes: readonly Episode[];
  readonly writes: Verdict;
  readonly finalEpoch: number;
  readonly strays: readonly PrimarySeen[];
  /** What still differs from a settled cluster; empty when it converged. */
  readonly unsettled: readonly string[];
};

/** Acknowledged writes of each kind that have to lie on either side of a fault for it to have been a test of them. */
export const enoughWrites = 1_000;

export const requirementsOf = ({ episodes, writes, finalEpoch, strays, unsettled }: Findings): readonly Requirement[] => [
  waitedWritesKept(writes),
  ...episodes.flatMap((episode, index) => [
    oneEpoch(episode, episodes[index + 1]?.epochBefore ?? finalEpoch),
    completeTimeline(episode),
    writesAround(episode),
  ]),
  {
    what: "no process took the role of primary by itself",
    holds: strays.length === 0,
    found: strays.length === 0 ? "none" : strays.map(({ pod, runId }) => `${pod} (run id ${runId.slice(0, 8)})`).join(", "),
  },
  { what: "the cluster converged", holds: unsettled.length === 0, found: unsettled.length === 0 ? "yes" : unsettled.join("; ") },
];

export const allHold = (requirements: readonly Requirement[]): boolean => requirements.every(({ holds }) => holds);

const waitedWritesKept = ({ tallies, losses }: Verdict): Requirement => {
  const lost = losses.filter(({ kind }) => kind === "wait");
  const shown = lost.slice(0, 5).map(({ key, missingOn }) => `${key} not on ${missingOn.join(", ")}`);
  return {
    what: "no write acknowledged with WAIT 1 was lost",
    holds: lost.length === 0 && tallies.wait.acknowledged > 0,
    found:
      lost.length === 0
        ? `${tallies.wait.acknowledged} acknowledged, 0 lost`
        : `${lost.length} lost: ${shown.join("; ")}${lost.length > 5 ? " …" : ""}`,
  };
};

/** Exactly one by the time the fault was over, and none of its own accord until the next fault. */
const oneEpoch = ({ name, epochBefore, epochAfter }: Episode, epochBeforeNext: number): Requirement => ({
  what: `${name}: exactly one new epoch`,
  holds: epochAfter === epochBefore + 1 && epochBeforeNext === epochAfter,
  found: `${epochBefore} → ${epochAfter}${epochBeforeNext === epochAfter ? "" : `, and later ${epochBeforeNext}`}`,
});

const completeTimeline = ({ name, timeline }: Episode): Requirement => {
  const missing = missingStages(timeline);
  return {
    what: `${name}: every stage was seen`,
    holds: missing.length === 0,
    found: missing.length === 0 ? "all" : `missing: ${missing.join(", ")}`,
  };
};

const writesAround = ({ name, writesBefore, writesAfter }: Episode): Requirement => {
  const sides = [writesBefore, writesAfter];
  return {
    what: `${name}: at least ${enoughWrites} writes of each kind before and after`,
    holds: sides.every((side) => kinds.every((kind) => side[kind] >= enoughWrites)),
    found: sides
      .map((side) => `${side.plain} plain and ${side.wait} WAIT 1`)
      .join(" before, ")
      .concat(" after"),
  };
};

/** Long enough for the watch to deliver what was swapped in before the promotion. */
const watchSlackMs = 250;

/** Processes that said they were primary although no record had named them: nobody may take the role from a disk or an argument. */
export const straysAmong = (primaries: readonly PrimarySeen[], records: readonly RecordSeen[]): readonly PrimarySeen[] =>
  primaries.filter(
    ({ at, runId }) =>
      !records.some(
        (record) => record.at <= at + watchSlackMs && (record.primary?.runId === runId || record.intent?.candidate?.runId === runId),
      ),
  );
