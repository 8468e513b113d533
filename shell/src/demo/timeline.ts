// A failover as a row of instants, each taken from where it is known best: the fault from the demonstration itself, what the
// operator saw and decided from its log, what it swapped into the record from a watch of the ValkeyCluster, the promotion
// from the process's own ROLE, and the first write from a client.

export const stages = ["fault", "detected", "claimed", "frozen", "elected", "promoted", "published", "first write"] as const;
export type Stage = (typeof stages)[number];

/** The record as a watch showed it at one instant. */
export type RecordSeen = {
  readonly at: number;
  readonly epoch: number;
  readonly primary: { readonly pod: string; readonly runId: string; readonly epoch: number } | undefined;
  readonly intent: { readonly kind: string; readonly candidate: { readonly pod: string; readonly runId: string } | undefined } | undefined;
};

/** A process seen as primary that was none before. */
export type PrimarySeen = { readonly at: number; readonly pod: string; readonly runId: string };

/** A decision of the operator, as its log has it. */
export type Logged = { readonly at: number; readonly epoch: number; readonly action: string; readonly because: string };

export type Evidence = {
  readonly fault: number;
  readonly epoch: number;
  readonly records: readonly RecordSeen[];
  readonly primaries: readonly PrimarySeen[];
  readonly log: readonly Logged[];
  /** The first acknowledged write whose request was sent after an instant. */
  readonly firstWriteAfter: (instant: number) => number | undefined;
};

export type Timeline = {
  readonly epoch: number;
  readonly instants: Readonly<Record<Stage, number | undefined>>;
  readonly candidate: string | undefined;
};

/** The timeline of one epoch; a stage without evidence is undefined, never guessed. */
export const timelineOf = ({ fault, epoch, records, primaries, log, firstWriteAfter }: Evidence): Timeline => {
  const own = records.filter((record) => record.epoch === epoch);
  const since = log.filter((line) => line.at >= fault - clockSlackMs);
  const decided = (...actions: readonly string[]): number | undefined =>
    since.find((line) => line.epoch === epoch && actions.includes(line.action))?.at;
  const claimed = earliest(own[0]?.at, decided("RouteWrites"));
  const elected = own.find(({ intent, primary }) => (intent?.candidate ?? (primary?.epoch === epoch ? primary : undefined)) !== undefined);
  const candidate = elected?.intent?.candidate ?? elected?.primary;
  const published = own.find(({ intent, primary }) => intent === undefined && primary?.epoch === epoch);
  const promoted = primaries.find(({ at, runId }) => at >= fault && runId === candidate?.runId);
  const routed = since.find((line) => line.epoch === epoch && line.because === "WritesRouted");
  return {
    epoch,
    candidate: candidate?.pod,
    // The record is seen through a watch, which may be late; the operator goes on only when a swap was acknowledged, so its
    // next decision is evidence of the one before, and the earlier instant counts.
    instants: {
      fault,
      // A claim is logged with the epoch it creates; a lost swap leaves an earlier line, and the first one is when it was known.
      detected: since.find(({ action }) => action === "Claim")?.at,
      claimed,
      // Electing is decided in the very turn in which the freeze quorum is complete.
      frozen: decided("Elect"),
      elected: elected === undefined ? undefined : earliest(elected.at, decided("Promote")),
      promoted: promoted === undefined ? undefined : earliest(promoted.at, decided("Mark")),
      published: published === undefined ? undefined : earliest(published.at, routed?.at),
      "first write": claimed === undefined ? undefined : firstWriteAfter(claimed),
    },
  };
};

const earliest = (...instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** The operator's log has whole milliseconds of the wall clock. */
const clockSlackMs = 2;

/** The stages for which there is no evidence. */
export const missingStages = ({ instants }: Timeline): readonly Stage[] => stages.filter((stage) => instants[stage] === undefined);

/** One line of milliseconds since the fault, in the order of the protocol. */
export const shownTimeline = ({ instants, epoch, candidate }: Timeline): string => {
  const began = instants.fault ?? Number.NaN;
  const cells = stages.slice(1).map((stage) => {
    const at = instants[stage];
    return `  ${stage.padEnd(12)} ${at === undefined ? "       –" : `${`+${Math.max(0, Math.round(at - began))}`.padStart(7)} ms`}`;
  });
  return [`epoch ${epoch}${candidate === undefined ? "" : `, new primary ${candidate}`}`, ...cells].join("\n");
};

/** The same in milliseconds from the fault, for `--json`. */
export const timelineFigures = ({ instants, epoch, candidate }: Timeline): object => ({
  epoch,
  primary: candidate ?? null,
  ms: Object.fromEntries(
    stages.map((stage) => {
      const [at, began] = [instants[stage], instants.fault];
      return [stage, at === undefined || began === undefined ? null : Math.round((at - began) * 10) / 10];
    }),
  ),
});
