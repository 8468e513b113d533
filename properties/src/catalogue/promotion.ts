// SEL: who is promoted.
import { type Entry, driven, entry, law, model } from "./entry.ts";

export const PROMOTION: readonly Entry[] = [
  entry("SEL-1", "The order of candidates is a strict total order on distinct pods.", law("promotion", "SEL-1")),
  entry("SEL-2", "The choice is one of the eligible, and nobody only where there is none.", law("promotion", "SEL-2")),
  entry("SEL-3", "Neither the order nor the repetition of candidates matters.", law("promotion", "SEL-3")),
  entry("SEL-4", "Nobody eligible comes before the choice.", law("promotion", "SEL-4")),
  entry(
    "SEL-5",
    "Nobody frozen has more data than the choice; if the best is excluded the operator holds, or records the difference first.",
    law("choosing", "SEL-5"),
    law("promotion", "SEL-5"),
    model("SEL-5 data"),
    driven("availability", "the best data excluded by priority 0: held, or by policy passed over with the difference recorded"),
  ),
  entry("SEL-6", "Priority 0 is never promoted.", law("choosing", "SEL-6"), law("promotion", "SEL-6"), model("SEL-6 priority")),
  entry("SEL-7", "What is unknown makes ineligible; it is never zero.", law("promotion", "SEL-7"), law("probe", "INFO-2")),
  entry(
    "SEL-8",
    "Ineligible is who never synced, is loading, or holds a history that is neither the present one nor its predecessor.",
    law("promotion", "SEL-8"),
    model("S5"),
    driven("members", "0015 a member that has not synced since it was enlisted is not elected for its old data"),
  ),
  entry("SEL-9", "An ineligible one added, or an unchosen one removed, changes nothing.", law("promotion", "SEL-9")),
  entry("SEL-10", "More data wins.", law("promotion", "SEL-10")),
  entry("SEL-11", "Offsets are compared exactly up to 2^63 - 1.", law("promotion", "SEL-11")),
  entry("SEL-12", "There is one selector, in one file: it explores, runs and is tested.", law("one-rule", "SEL-12")),
];
