// Who counts changes while clients write: a replica dies or hangs, the streams are slow, so that one replica alone may hold what
// was acknowledged.
import { LIVENESS, LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { LV_1_TOLD, MORE_ACKNOWLEDGE } from "../specification/stale.ts";
import { ACKNOWLEDGED, REJOINED } from "../specification/witnesses.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", safety: SAFETY, liveness: LIVENESS } as const;

export const MEMBER_DIES = question({
  ...asked,
  name: "a member dies",
  asks: "When a replica leaves the membership, is what it acknowledged on those that remain?",
  scenario: { faults: 1, kinds: ["crash", "crash, volume lost"], victims: "replicas", writes: 1 },
  witnesses: [ACKNOWLEDGED, REJOINED],
});

export const MEMBER_HANGS = question({
  ...asked,
  name: "a member hangs",
  asks: "When a hung replica is cut off and wakes at any moment, does it ever acknowledge uncounted?",
  scenario: { faults: 1, kinds: ["hang", "cut off from the operator", "isolated"], victims: "replicas", writes: 1 },
  witnesses: [ACKNOWLEDGED],
});

export const MEMBER_IS_SLOW = question({
  ...asked,
  name: "a member dies, streams are slow",
  asks: "And when the streams to the others may take for ever?",
  scenario: { faults: 1, kinds: ["crash"], victims: "replicas", writes: 1, slow: ["streams"] },
  witnesses: [ACKNOWLEDGED],
});

export const MORE_TO_WAIT_FOR = question({
  ...asked,
  name: "WAIT is to mean more",
  asks: "When more replicas are to acknowledge, and later fewer, is that what counts in the end, whoever dies meanwhile?",
  scenario: { edits: [{ waitReplicas: 2 }, { waitReplicas: 1 }], faults: 1, kinds: ["crash"], early: [] },
  liveness: [...LIVENESS_KEPT, LV_1_TOLD],
  witnesses: [MORE_ACKNOWLEDGE, REJOINED],
});
