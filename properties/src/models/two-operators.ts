// Two operators, one Lease: whoever leads may stand still at any moment, with an action under way, and go on at any other, or never.
import { FO_17, LE_1, SHUT_OUT, SUCCEEDED, SUCCEEDED_AFTER_FAILOVER } from "../specification/leaders.ts";
import { LV_1, LV_2, RC_7 } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, TWO_PRIMARIES } from "../specification/witnesses.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", safety: [...SAFETY, FO_17, LE_1], liveness: [LV_1, LV_2, RC_7] } as const;

export const LEADER_PAUSES = question({
  ...asked,
  name: "the leader stands still",
  asks: "When the leader stands still and another one leads, does it do harm when it goes on?",
  scenario: { operators: 2, faults: 1, kinds: ["operator pauses"], writes: 1, early: [] },
  witnesses: [SUCCEEDED],
});

export const LEADER_PAUSES_IN_FAILOVER = question({
  ...asked,
  name: "the leader stands still in a failover",
  asks: "Does the next leader bring a failover to its end, whatever of it the former one still has under way?",
  scenario: { operators: 2, faults: 2, kinds: ["crash", "operator pauses"], early: [] },
  witnesses: [FAILED_OVER, SHUT_OUT, SUCCEEDED_AFTER_FAILOVER],
});

const witnesses = [FAILED_OVER, PROMOTED_AFTER_ACKNOWLEDGEMENT, SHUT_OUT, SUCCEEDED_AFTER_FAILOVER];

/** Small enough to be searched without any reduction as well. */
export const TWO_OPERATORS_ONE_WRITE = question({
  ...asked,
  name: "two operators, one write",
  asks: "When the primary dies and the leader stands still, at any moment around a write, is it kept if it was acknowledged?",
  scenario: { operators: 2, faults: 2, kinds: ["crash", "operator pauses"], writes: 1, early: [] },
  witnesses,
});

export const TWO_OPERATORS = question({
  ...asked,
  name: "two operators",
  asks: "When the primary dies and the leader stands still, at any moment between writes, is everything acknowledged kept, and are writes served again?",
  scenario: { operators: 2, faults: 2, kinds: ["crash", "operator pauses"], writes: 2, early: [] },
  witnesses,
});

/** Safety alone, for several threads. */
export const TWO_OPERATORS_HANGS = question({
  ...asked,
  name: "two operators, primaries die or hang",
  asks: "And when the primary may hang as well, with what both leaders sent to it waiting for it to wake?",
  scenario: { operators: 2, faults: 2, kinds: ["crash", "hang", "operator pauses"], writes: 2, early: [] },
  liveness: [],
  witnesses: [...witnesses, TWO_PRIMARIES],
});
