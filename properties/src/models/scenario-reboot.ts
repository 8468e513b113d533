// The primary's process starts again, at the address and in the pod that it had: at once, or after reading its data for a long time; and
// a replica that was away while somebody else became primary.
import { FO_21 } from "../specification/following.ts";
import { LIVENESS_KEPT } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, FOLLOWS_ANOTHER, REJOINED, SAME_ADDRESS } from "../specification/witnesses.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", safety: SAFETY, liveness: LIVENESS_KEPT } as const;

export const QUICK_REBOOT = question({
  ...asked,
  name: "a new process at the primary's address",
  asks: "Is a primary that was started again before anybody missed it taken for what it was?",
  scenario: { faults: 1, kinds: ["crash"], writes: 1, early: ["kubelet"] },
  witnesses: [SAME_ADDRESS, FAILED_OVER],
});

export const SLOW_LOAD = question({
  ...asked,
  name: "the primary reads its data for long",
  asks: "Does a process that loads, and says that it is a primary meanwhile, become none and lose nothing?",
  scenario: { faults: 1, kinds: ["crash"], victims: "anybody", writes: 1, early: [], habits: { loadsSlowly: true } },
  witnesses: [FAILED_OVER, REJOINED],
});

export const ABSENT_REPLICA = question({
  ...asked,
  name: "a replica that was away",
  asks: "Does a replica that was away while the role moved follow the one that has it now?",
  scenario: { faults: 2, kinds: ["crash"], victims: "anybody", early: [] },
  liveness: [...LIVENESS_KEPT, FO_21],
  witnesses: [FOLLOWS_ANOTHER],
});
