// INFO-5: what is known of a candidate is what it said itself. A primary lists its replicas with offsets of their acknowledgements, old by
// then and of a process that may have failed; the choice is the same whatever any list says.

import { choose, type Downstream, type Frozen, podName, type Reading, replicationOffset } from "@gungnir/core";
import { test as law } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
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
