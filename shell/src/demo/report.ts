// The end of the demonstration as lines for people and as figures for `--json`:
//   { ok, requirements: [{ what, holds, found }], failovers: [{ fault, epoch, primary, ms: { stage: ms since the fault | null } }],
//     writes: { plain, wait: { acknowledged, lost, ambiguous, ambiguousKept, refused } }, losses: [{ key, kind, missingOn }] }
import { timelineFigures } from "./timeline.ts";
import { allHold, type Findings, type Requirement } from "./verdict.ts";

export const requirementLines = (requirements: readonly Requirement[]): readonly string[] => [
  ...requirements.map(({ what, holds, found }) => `${holds ? "ok    " : "FAILED"}  ${what}: ${found}`),
  allHold(requirements) ? "Everything that was promised was kept." : "Something that was promised was not kept.",
];

export const reportFigures = ({ episodes, writes }: Findings, requirements: readonly Requirement[]): object => ({
  ok: allHold(requirements),
  requirements,
  failovers: episodes.map(({ name, timeline }) => ({ fault: name, ...timelineFigures(timeline) })),
  writes: writes.tallies,
  losses: writes.losses,
});
