// LE: who of several operators leads.
import { type Entry, entry, law, model, scenario, searched, shell, worked } from "./entry.ts";

export const LEADERSHIP: readonly Entry[] = [
  entry(
    "LE-1",
    "At most one contender holds a permit at any instant, with pauses of any length and clocks at different rates.",
    searched("leadership", "LE-1"),
    model("LE-1"),
  ),
  entry("LE-2", "Every write of the Lease is a compare-and-swap.", law("leadership", "LE-2"), searched("leadership", "D-29")),
  entry("LE-3", "Who leads has a confirmed write, and leads from when it was sent.", law("leadership", "LE-3")),
  entry("LE-4", "The clocks of others decide nothing.", law("leadership", "LE-4")),
  entry("LE-5", "An effect is begun only if it ends within the permit.", law("leadership", "LE-5")),
  entry("LE-6", "Without the permit nothing more is begun.", law("step", "LE-6"), shell("perform", "nothing is begun without the lease")),
  entry("LE-7", "An absent Lease is created, and of two creators one wins.", searched("leadership", "LE-7")),
  entry(
    "LE-8",
    "A Lease in which something is missing, unreadable or in the future is taken only after a whole duration of one's own clock.",
    law("leadership", "LE-8"),
  ),
  entry(
    "LE-9",
    "On the way out the Lease is given back, after the last effect.",
    law("release", "LE-9"),
    searched("leadership", "LE-9"),
    worked("leadership", "on the way out the Lease is given back"),
    scenario("outages", "it gives the Lease back and exits with 0"),
  ),
  entry("LE-10", "A process that finds its own name in the Lease is not its predecessor.", law("leadership", "LE-10")),
  entry("LE-11", "Transitions and times in the Lease mean what they mean everywhere.", law("leadership", "LE-11")),
];
