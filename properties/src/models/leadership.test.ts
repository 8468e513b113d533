// LE-1, LE-7, LE-9: two contenders for one Lease, in every interleaving. The counts are exact: a changed one is the first
// sign that the behaviour changed.
import { describe, expect, test } from "vitest";
import { always, alwaysNext, checkKey, explore, sometimes } from "../explore/index.ts";
import { leaders, leaseModel, type LeaseModelOptions, type LeaseStep, type LeaseWorld, smallTiming } from "./leadership.ts";

/** One clock runs half as fast again as the other: just what duration / renewDeadline allows. */
const drifting = [4000, 6000];

const onePermit = (rates: readonly number[]) =>
  always<LeaseWorld>("LE-1", (world) => (leaders(world, rates).length > 1 ? `both hold a permit at ${world.now}` : undefined));

const holder = (world: LeaseWorld): unknown => world.stored?.spec["holderIdentity"];
const lifeOf = (world: LeaseWorld, who: number): string | undefined => world.contenders[who]?.memory.identity;

const releasesOwn = alwaysNext<LeaseWorld, LeaseStep>("LE-9", (before, _, after) => {
  if (holder(before) === holder(after) || holder(after) !== "") return undefined;
  const who = before.contenders.findIndex(({ memory }) => memory.identity === holder(before));
  return before.contenders[who]?.memory.stopping === "No" ? "released while its holder still acts" : undefined;
});

const witnesses = [
  sometimes<LeaseWorld>("the first leads", (world) => leaders(world, drifting).includes(0)),
  sometimes<LeaseWorld>("the second leads", (world) => leaders(world, drifting).includes(1)),
  sometimes<LeaseWorld>(
    "LE-7: both create at once",
    (world) => world.messages.filter(({ request }) => request._tag === "Create").length === 2,
  ),
  sometimes<LeaseWorld>(
    "one takes over from the other",
    (world) => world.stored?.spec["leaseTransitions"] === 1 && holder(world) === lifeOf(world, 0) && leaders(world, drifting).includes(0),
  ),
];

const search = (options: Partial<LeaseModelOptions>) => {
  const all: LeaseModelOptions = { rates: drifting, timing: smallTiming, faults: 0, ...options };
  return explore(leaseModel(all), [onePermit(all.rates), releasesOwn, ...witnesses], { maxStates: 400_000 });
};

describe("LE-1 at most one contender holds a permit", () => {
  test("with pauses of any length and clocks at rates of their own", () => {
    const found = search({});
    expect(found.violations).toEqual([]);
    expect([...found.witnesses.keys()].toSorted()).toEqual(witnesses.map(({ id }) => id).toSorted());
    expect({ complete: found.complete, states: found.states }).toEqual({ complete: true, states: 5901 });
  });

  test("and one fault more: a request lost, or given up and obeyed all the same, a crash, a shutdown", { timeout: 180_000 }, () => {
    const found = search({ faults: 1 });
    expect(found.violations).toEqual([]);
    expect({ complete: found.complete, states: found.states }).toEqual({ complete: true, states: 156_261 });
  });

  test("and the key forgets nothing that matters", () => {
    const model = leaseModel({ rates: drifting, timing: smallTiming, faults: 1 });
    const { pairs, broken } = checkKey(model, [onePermit(drifting), releasesOwn], 1500);
    expect(broken).toBeUndefined();
    expect(pairs).toBeGreaterThan(100);
  });
});

describe("LE-1 fails, with a counterexample, where", () => {
  const wrong: readonly (readonly [string, Partial<LeaseModelOptions>])[] = [
    ["D-28: a renewal counts that was not confirmed", { mutant: "UnknownRenewalCounts", faults: 1 }],
    ["the permit counts from the answer and not from the request", { mutant: "PermitFromAnswer" }],
    ["D-29: writes are no compare-and-swap", { mutant: "NoCompareAndSwap" }],
    ["clocks differ by more than the permit leaves", { rates: [2000, 4000] }],
  ];
  test.each(wrong)("%s", (_, options) => {
    const found = search(options);
    expect(found.violations.map(({ property }) => property)).toEqual(["LE-1"]);
    expect(found.violations[0]?.trace.steps.length).toBeLessThanOrEqual(40);
  });
});
