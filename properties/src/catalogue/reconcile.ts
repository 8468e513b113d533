// RC: what a round of reconciling is, and what it never does.
import { type Entry, driven, entry, law, limited, model, noFeature, real, scenario, worked } from "./entry.ts";

export const RECONCILE: readonly Entry[] = [
  entry(
    "RC-1",
    "`step` answers every event in every memory with a memory and a decision; it never throws and changes nothing it was given.",
    law("step", "RC-1"),
  ),
  limited(
    "The bound is one for all (60 actions at one instant), not computed from the resource list.",
    entry(
      "RC-2",
      "Without news every run of actions ends in Settled or in a wait with a name.",
      model("RC-7"),
      law("step", "RC-2"),
      driven("recovery", "0024 a write whose answer is lost each time is not repeated without a pause"),
    ),
  ),
  entry("RC-3", "At most one write to the API is under way for a cluster, and at most one command to a process.", law("step", "RC-3")),
  entry(
    "RC-4",
    "An outcome of nothing that is under way changes nothing.",
    law("step", "RC-4"),
    worked("remember", "an outcome that answers nothing in flight changes nothing"),
  ),
  entry(
    "RC-5",
    "A failure is classified: conflicts are read again, refusals are left alone for longer each time, an unknown one is looked up.",
    law("requests", "SH-2"),
    worked("remember", "each further refusal of the same thing is left alone for longer"),
    driven("recovery", "0024"),
    law("decisions", "RC-5"),
  ),
  entry(
    "RC-6",
    "From nothing but the custom resource everything that was asked for comes to be.",
    model("LV-1"),
    real("objects", "a cluster by default takes one write for each object, and none after that"),
  ),
  entry(
    "RC-7",
    "Once settled, nothing is written or commanded any more.",
    model("RC-7"),
    law("objects", "RC-7"),
    real("objects", "RC-7"),
    scenario("settled", "without an API write but the Lease's"),
  ),
  entry(
    "RC-8",
    "Each object has this cluster as its one controller, and an object of somebody else is reported, not written.",
    law("objects", "RC-8"),
    scenario("told", "an object of somebody else's under our name is reported and not touched"),
    law("repairs", "RC-8"),
  ),
  entry("RC-9", "Everything is written in the cluster's namespace and under its names.", law("objects", "RC-9")),
  entry(
    "RC-10",
    "Creation is a POST; what is applied names the UID and the version that were read.",
    law("requests", "RC-10"),
    real("objects", "RC-10"),
  ),
  entry("RC-11", "The StatefulSet is made only after the objects that its pods need are there.", law("step", "RC-11")),
  entry(
    "RC-12",
    "While the cluster is being deleted nothing is made and nobody is commanded.",
    law("step", "RC-12"),
    scenario("shape", "a cluster deleted in the middle of a failover is gone with all children"),
  ),
  entry(
    "RC-13",
    "Any field of ours that drifted is repaired, and fields of others are left as they are.",
    law("objects", "RC-13"),
    real("objects", "RC-13"),
    scenario("shape", "drift of what is ours is repaired, what is not ours is kept"),
    law("repairs", "RC-13"),
  ),
  entry("RC-14", "The same news twice decides nothing twice: settled stays settled.", law("step", "RC-14")),
  limited(
    "A restart may come at every step; it forgets everything at once.",
    entry(
      "RC-15",
      "An operator that ends at any moment leaves what the next one can finish, with the same result.",
      model("LV-1"),
      scenario("outages", "the operator is killed when it is about to"),
    ),
  ),
  limited(
    "Watches that lag for any time are in no model; foreign writes and lost answers are.",
    entry(
      "RC-16",
      "A view older than one's own write makes nothing twice and loses no update.",
      model("FO-7 own writes"),
      driven("elections", "0023 a leader begins with nothing that a watch's cache says"),
      worked("remember", "our own write is known before the watch shows it"),
    ),
  ),
  entry("RC-17", "Whom the write Service selects is said by the record alone.", model("FO-2"), law("objects", "RES-2")),
  entry(
    "RC-18",
    "A scale-down never takes away the recorded primary: it hands over first, or the scale-down is held.",
    law("objects", "RC-18"),
    scenario("switchover", "a scale-down that would remove the primary hands over first"),
    scenario("shape", "a scale-down that would remove the primary is held above it while nobody can take over"),
  ),
  noFeature(
    "RC-19",
    "A rolling change restarts the primary last, after a handover, and one pod at a time.",
    "pods are replaced by whoever deletes them (UpdatePending says which); the operator restarts none by itself",
  ),
  entry(
    "RC-20",
    "Failures are found and repaired also where objects cannot be written.",
    law("step", "RC-20"),
    scenario("refused", "let in by an old CRD: a condition and an Event, the last good configuration goes on and fails over"),
  ),
  entry(
    "RC-21",
    "What happens to one cluster is nothing to another, the same name in another namespace included.",
    law("objects", "RES-2 every Service selects pods of its own cluster only"),
    worked("read", "an event is routed to the cluster that it is about"),
    scenario("recovery", "two clusters of one name in two namespaces"),
  ),
];
