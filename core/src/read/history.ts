/** The history that is in the status, read tolerantly: an entry that does not parse is left out. */
import type { Status } from "../cluster.ts";
import { integerAt, isList, at, listAt, objectAt, textAt } from "../fields.ts";
import { defined } from "../health.ts";
import { type HistoryEntry, type HistoryOutcome, MOMENTS } from "../history.ts";
import type { Json } from "../json.ts";
import type { Intent } from "../record.ts";
import { epoch, podName, timestamp } from "../units.ts";
import { isEvidence } from "./record.ts";

/** Nothing where there is none. */
export const historyIn = (status: Json | undefined): Pick<Status, "history"> =>
  isList(at(status, "history")) ? { history: listAt(status, "history").flatMap((one) => readEntry(one) ?? []) } : {};

const KINDS: readonly Intent["kind"][] = ["Failover", "Grant", "Switchover"];
const OUTCOMES: readonly HistoryOutcome[] = ["UnderWay", "Completed", "Undone", "Superseded"];

const readEntry = (json: Json): HistoryEntry | undefined => {
  const claimed = integerAt(json, "epoch");
  const kind = KINDS.find((known) => known === textAt(json, "kind"));
  const cause = textAt(json, "cause");
  const outcome = OUTCOMES.find((known) => known === textAt(json, "outcome"));
  if (claimed === undefined || kind === undefined || cause === undefined || !isEvidence(cause) || outcome === undefined) return undefined;
  const [from, to] = [textAt(json, "from"), textAt(json, "to")];
  const times = MOMENTS.flatMap((moment) => {
    const time = textAt(objectAt(json, "times"), moment);
    return time === undefined ? [] : [[moment, timestamp(time)] as const];
  });
  return {
    epoch: epoch(claimed),
    kind,
    cause,
    ...defined("from", from === undefined ? undefined : podName(from)),
    ...defined("to", to === undefined ? undefined : podName(to)),
    outcome,
    ...defined("lossPossible", textAt(json, "lossPossible")),
    times: Object.fromEntries(times),
  };
};
