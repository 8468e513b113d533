// LV: what comes about once faults stop, and under which fairness.
import { type Entry, driven, entry, law, limited, model, real, scenario, searched, shell } from "./entry.ts";

export const LIVENESS_ENTRIES: readonly Entry[] = [
  entry(
    "LV-1",
    "Once faults stop: one primary, published and routed to, all others linked and counted, for ever; or a hold with a name.",
    model("LV-1"),
    model("LV-1 core"),
    model("LV-1 healed"),
    model("LV-1 told"),
  ),
  entry(
    "LV-2",
    "Writes get a primary again and again, or the hold has a name; and whatever lasts for ever, a quorum that is well is enough.",
    model("LV-2"),
    model("LV-2 core"),
  ),
  entry("LV-3", "Who does not answer is down within downAfter and one question.", law("down", "SD-1"), law("silence", "LV-3")),
  limited(
    "From every state of roles, record and routing together, with everybody's data alike; where data sets differ, from states that faults and humans make.",
    entry(
      "LV-4",
      "It heals from any roles, two or more primaries and circles among them, from wrong routing, from no record, and from data sets of several histories.",
      searched("healing", "LV-4"),
      model("LV-1"),
      driven("adoption", "of two primaries the one with the later mark is adopted; only then the other is demoted"),
      driven("recovery", "0035"),
      scenario("recovery", "all pods killed at once, with volumes: the data is there again"),
      law("decisions", "LV-4"),
    ),
  ),
  entry(
    "LV-5",
    "A primary that returns becomes a linked replica.",
    model("LV-5"),
    model("LV-1"),
    real("operator", "a hung primary is replaced, and when it wakes it follows"),
  ),
  limited(
    "Three in a row in the models, ten in the long run of the scenario, any number in the simulation.",
    entry(
      "LV-6",
      "However often somebody dies, all is well again after it, without anybody's help and without a hold.",
      model("LV-6"),
      model("LV-1"),
      scenario("failovers", "every pod recovers"),
    ),
  ),
  entry(
    "LV-7",
    "Nothing stays wrong once its cause is gone.",
    model("LV-1 healed"),
    model("LV-1"),
    scenario("told", "an operator that may not make what it has to make says so, and goes on as soon as it may"),
  ),
  entry(
    "LV-8",
    "Without new faults epochs and effects cease.",
    model("RC-7"),
    model("LV-8 moves"),
    law("decisions", "LV-8"),
    driven("drain", "LV-8"),
    scenario("settled", "without an API write but the Lease's"),
  ),
  entry(
    "LV-9",
    "A failover whose operator ends at any step is finished by the next one.",
    searched("ends", "RC-15, FO-13, LV-9"),
    model("LV-1"),
    scenario("outages", "the operator is killed when it is about to"),
  ),
  entry(
    "LV-10",
    "A leader that dies is replaced within the lease's duration and a retry.",
    law("leadership", "LV-10"),
    law("leadership", "a contender without a rival leads, and stays"),
    real("operator", "an operator that dies with its Lease is replaced, and the next one fails over"),
  ),
  limited(
    "Of links, streams and pods the worlds with a clock need none; those where they may take for ever do. Two operators are asked apart.",
    entry("LV-11", "Each assumption of fairness is needed: without it there is a lasso.", searched("fairness", "LV-11")),
  ),
  entry("LV-12", "No cluster starves while another one's effects hang.", shell("operator", "LV-12")),
];
