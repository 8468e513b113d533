// S and L: the same promises as a user would state them, each carried by the ids behind it.

export type Promised = {
  readonly id: string;
  readonly says: string;
  readonly ids: readonly string[];
  /** What it takes for granted, by its number in ASSUMPTIONS.md. */
  readonly assumed: readonly string[];
  readonly notClaimed: string;
};

const promise = (id: string, says: string, ids: string, assumed: string, notClaimed = ""): Promised => ({
  id,
  says,
  ids: ids.split(" ").filter((one) => one !== ""),
  assumed: assumed.split(" ").filter((one) => one !== ""),
  notClaimed,
});

export const PROMISES: readonly Promised[] = [
  promise("S1", "In each epoch at most one process is promoted.", "FO-7 FO-8 FO-20", "A-3"),
  promise(
    "S2",
    "Only the primary of an epoch makes writes durable, and none becomes durable on an older primary once its members are frozen.",
    "FO-3 FO-4",
    "A-2 A-12",
    "plain writes that a cut-off primary takes within the server's grace, and what is written to a process that somebody made a primary by hand",
  ),
  promise(
    "S3",
    "A write that WAIT acknowledged survives any single failure; where too few members are left, the operator holds or says what may be lost before it promotes.",
    "FO-5 FO-6",
    "A-1 A-8 A-10 A-13",
    "plain writes that nobody waited for; losing several volumes at once; what somebody's own FLUSHALL took, and a FLUSHALL that nobody waited for",
  ),
  promise(
    "S3m",
    "Members are counted before they attach, cut off before they are dropped, and only they are promoted.",
    "FO-3 FO-5",
    "A-2 A-6",
  ),
  promise(
    "S4",
    "The promoted process has the most data of those that were frozen, read after the freeze, never across histories.",
    "SEL-4 SEL-5 SEL-8",
    "A-9",
  ),
  promise(
    "S5",
    "Nobody who loads, syncs, never streamed, is foreign, or is empty while data is recorded becomes primary; allow-data-loss overrides.",
    "SEL-7 SEL-8",
    "A-10",
    "an append-only file that its server cut short without saying so",
  ),
  promise("S6", "No data set is wiped by an older or an empty primary.", "FO-11 FO-12", "A-11"),
  promise(
    "S7",
    "What a former leader still sends changes nothing that counts.",
    "FO-17 FO-18 LE-1",
    "A-14",
    "a former leader at a process that no later leader has reached yet",
  ),
  promise(
    "S8",
    "Writes are routed to one pod at most, and only to one that is known to be primary.",
    "FO-1 FO-2 RC-17",
    "A-5",
    "how fast kube-proxy follows the Service",
  ),
  promise(
    "S9",
    "A planned switchover loses no acknowledged write.",
    "FO-22",
    "A-1",
    "a switchover during which a process dies is promised S3, not this",
  ),
  promise(
    "S10",
    "An update restarts nobody by itself, and takes the role from a primary before its pod goes; one pod at a time goes voluntarily.",
    "RC-19 FO-22 RES-8",
    "A-23",
    "the restarts themselves, and that the primary is the last: whoever deletes pods decides that",
  ),
  promise(
    "S11",
    "A scale-down never removes the primary.",
    "RC-18",
    "A-6",
    "that as many replicas are left as WAIT asks for: their number is the user's",
  ),
  promise("S12", "Clusters never mix: a foreign data set is neither followed nor promoted.", "SEL-7 RC-21", ""),
  promise("S13", "A volume or a backup is deleted only for the UID it belongs to.", "", "", "everything: the operator deletes neither"),
  promise("S14", "A backup that is called complete is one.", "", "", "everything: no feature yet"),
  promise("S15", "Each step may be repeated, or lost after its effect, without another outcome.", "FO-13 RC-15 RC-4", "A-1"),
  promise("S16", "A wrong password, a busy script, a full disk or the loading of data causes no failover by itself.", "SD-10", "A-5"),
  promise(
    "L1",
    "In the end: objects match, one primary, everybody linked to it, routed to, and said so; or a hold with a name.",
    "LV-1 RC-6",
    "A-15 A-16",
    "a bound in seconds",
  ),
  promise(
    "L2",
    "After a primary that is lost writes get another one, whatever else lasts for ever, as long as a quorum is well.",
    "LV-2 LV-3 SD-1",
    "A-15",
    "how fast: the benches measure that",
  ),
  promise("L3", "A silent primary is claimed within downAfter and two questions.", "LV-3 SD-1 SD-8", "A-4"),
  promise("L4", "A dead leader is replaced within the lease's duration and a retry.", "LV-10", "A-14"),
  promise("L5", "No oscillation: without new faults epochs cease.", "LV-8", "A-15"),
  promise("L6", "A primary that returns from an older epoch is demoted when it is met.", "LV-5 FO-10", "A-5"),
  promise("L7", "No phase is stuck: each has a deadline and an exit, from wherever an operator ended.", "FO-15 LV-7 LV-9", "A-15"),
  promise(
    "L8",
    "Phases and holds are reached, and not only promised of: a model that does not reach its witnesses fails.",
    "LV-1 FO-3 FO-6",
    "",
    "that the models reach each hold: those of recovery are reached by stories",
  ),
  promise("L9", "Settled is quiet.", "RC-7 ST-3", ""),
];
