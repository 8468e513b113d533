// INFO-5: what is known of a candidate is what it said itself. A primary lists its replicas with offsets of their acknowledgements, old by
// then and of a process that may have failed; the choice is the same whatever any list says.

import { choose, type Downstream, type Frozen, podName, type Reading, replicationOffset } from "@gungnir/core";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
import { Driven, cluster, following, serving } from "../regressions/driven.ts";
import { addressOf, identityOf, readingOf, record } from "./cluster.ts";

const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(replicationOffset);
const anyList: fc.Arbitrary<readonly Downstream[]> = fc.array(
  fc.record({ host: fc.constantFrom(...[0, 1, 2, 3].map(addressOf)), online: fc.boolean(), offset }),
  { maxLength: 4 },
);
const anyMarker: fc.Arbitrary<Reading["marker"]> = fc.record({
  epoch: fc.constantFrom(record.epoch),
  seq: fc.nat(2),
  pod: fc.constant(podName("web-0")),
});

const anyFrozen = fc
  .record({ ordinal: fc.nat(4), offset, marker: anyMarker, priority: fc.constantFrom(0, 100) })
  .map(({ ordinal, offset: own, marker, priority }): Frozen => ({
    identity: identityOf(ordinal),
    reading: readingOf(ordinal, own, { marker, priority }),
    isOld: ordinal === 0,
  }));

// Seen to fail: the candidate with the largest offset in anybody's list preferred.
law.prop([fc.uniqueArray(anyFrozen, { selector: ({ identity }) => identity.pod }), fc.array(anyList, { minLength: 5, maxLength: 5 })])(
  "INFO-5 no list of replicas changes who is chosen",
  (frozen, lists) => {
    const relisted = frozen.map((one, at): Frozen => ({ ...one, reading: { ...one.reading, downstream: lists[at] ?? [] } }));
    const [choice, other] = [choose(record, frozen), choose(record, relisted)];
    const podOf = (chosen: typeof choice) => {
      if (chosen._tag === "None") return undefined;
      return chosen._tag === "Best" ? chosen.candidate.identity.pod : chosen.best.identity.pod;
    };
    expect([other._tag, podOf(other)]).toEqual([choice._tag, podOf(choice)]);
  },
);

/** web-0 serves, lists its replicas with these offsets, and falls silent; the others say how far they are. */
const replacedBy = (listed: readonly Downstream[], offsets: readonly [bigint, bigint]): readonly string[] => {
  const driven = new Driven(cluster());
  driven.says(0, serving(1_000n, { downstream: listed }));
  driven.says(1, following(1, offsets[0]));
  driven.says(2, following(2, offsets[1]));
  driven.until(600);
  driven.says(0, "silent");
  driven.until(4_000);
  return driven.told("Claim", "Elect", "Promote");
};
const anyOffset = fc.bigInt({ min: 1n, max: 900n });

// Seen to fail: with a core that takes how far a replica is from the last word of the primary that was lost.
law.prop([anyOffset, anyOffset, offset, offset], { numRuns: 30 })(
  "INFO-5 whatever the lost primary said of its replicas, the one that says that it has more takes its place",
  (one, other, listedOne, listedOther) => {
    const listed = [listedOne, listedOther].map((at, index): Downstream => ({ host: addressOf(index + 1), online: true, offset: at }));
    const told = replacedBy(listed, [one, other]);
    const next = one >= other ? "web-1" : "web-2";
    expect(told).toEqual(["Claim nobody PrimarySilent", `Elect ${next} CandidateElected`, `Promote ${next} CandidatePromoted`]);
  },
);
