// Any record that an operator may write.
import { type FailoverRecord, type Identity, type Intent, epoch, podName, replicationId } from "@gungnir/core";
import * as fc from "fast-check";
import { identityOf } from "./cluster.ts";
import { anyIdentity, anyMarker } from "./wire.ts";

const anyEpoch = fc.integer({ min: 1, max: 99 }).map(epoch);
/** The same with what it has only sometimes. */
const sometimes = <Whole extends object, Part extends object>(whole: fc.Arbitrary<Whole>, part: fc.Arbitrary<Part>) =>
  fc.tuple(whole, fc.oneof(fc.constant({}), part)).map(([one, more]) => ({ ...one, ...more }));

const anyPrimary = sometimes(
  fc.tuple(anyIdentity, anyEpoch).map(([of, since]) => ({ ...of, epoch: since, replid: replicationId("now") })),
  fc.record({ replidBefore: fc.constant(replicationId("before")), address: fc.constantFrom("10.0.0.1", "::1") }, { requiredKeys: [] }),
);
const failover = (old: Identity) => ({ kind: "Failover" as const, old, evidence: "Silent" as const });
export const anyIntent: fc.Arbitrary<Intent> = fc.oneof(
  anyIdentity.map((old) => ({ ...failover(old), evidence: "Dead" as const })),
  sometimes(
    anyIdentity.map(failover),
    anyIdentity.map((candidate) => ({ candidate })),
  ),
  anyIdentity.map((candidate) => ({ ...failover(candidate), candidate, lossPossible: "at most 7 bytes" })),
  sometimes(
    anyIdentity.map((candidate) => ({ kind: "Grant" as const, candidate, evidence: "Bootstrap" as const })),
    anyIdentity.map((old) => ({ old })),
  ),
  fc
    .record({ old: anyIdentity, candidate: anyIdentity })
    .map(({ old, candidate }) => ({ kind: "Switchover" as const, old, candidate, evidence: "Requested" as const })),
);
export const anyRecord: fc.Arbitrary<FailoverRecord> = fc
  .record(
    {
      primary: anyPrimary,
      intent: anyIntent,
      marker: anyMarker,
      markerBefore: anyMarker,
      version: fc.constant(1 as const),
      epoch: anyEpoch,
      waitReplicas: fc.integer({ min: 1, max: 3 }),
      minReplicas: fc.nat(3),
      members: fc.array(
        fc
          .record({ of: anyIdentity, state: fc.constantFrom("Joining" as const, "Streaming" as const) })
          .map(({ of, state }) => ({ ...of, state })),
      ),
      retired: fc.array(sometimes(anyIdentity, fc.constant({ address: "10.0.0.9" }))),
    },
    { requiredKeys: ["version", "epoch", "waitReplicas", "minReplicas", "members", "retired"] },
  )
  .map((record) => record);

const marker = { epoch: epoch(4), seq: 2, pod: podName("web-0") };
/** One of everything that a record may hold. */
export const WHOLE: FailoverRecord = {
  version: 1,
  epoch: epoch(5),
  primary: { ...identityOf(0), epoch: epoch(4), replid: replicationId("now"), replidBefore: replicationId("before"), address: "10.0.0.1" },
  intent: { ...failover(identityOf(0)), candidate: identityOf(1), lossPossible: "at most 7 bytes" },
  members: [
    { ...identityOf(1), state: "Streaming" },
    { ...identityOf(2), state: "Joining" },
  ],
  waitReplicas: 1,
  minReplicas: 1,
  marker,
  markerBefore: { ...marker, seq: 1 },
  retired: [{ ...identityOf(3), address: "10.0.0.9" }],
};
