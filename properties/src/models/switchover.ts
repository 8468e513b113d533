// The role is asked for, and handed over while clients write; and one thing goes wrong in the middle of it.
import { CHAINED, FO_21, FO_21_ONLY, FORMER_FOLLOWS } from "../specification/following.ts";
import { LIVENESS } from "../specification/liveness.ts";
import { FO_22_PLAIN, SAFETY } from "../specification/safety.ts";
import { HANDED_OVER, SWITCHOVER_FAILED, UNDONE } from "../specification/witnesses.ts";
import type { Sometimes } from "../explore/model.ts";
import type { FaultStep } from "../world/faults.ts";
import type { World } from "../world/world.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", liveness: LIVENESS } as const;
/** Of the epoch in which a settled cluster is, to its second pod. */
const edits = [{ switchover: "1 web-1" }];

export const SWITCHOVER = question({
  ...asked,
  name: "switchover",
  asks: "Does a planned switchover lose nothing at all, plain writes included?",
  scenario: { edits, writes: 2, early: [] },
  safety: [...SAFETY, FO_22_PLAIN, FO_21_ONLY],
  liveness: [...LIVENESS, FO_21],
  witnesses: [HANDED_OVER, CHAINED, FORMER_FOLLOWS],
});

const SWITCHOVER_BEHIND = question({
  ...asked,
  name: "switchover, streams slow",
  asks: "Is a switchover to a replica that may lag for ever undone in time, and nothing lost?",
  scenario: { edits, writes: 1, slow: ["streams"], early: [] },
  safety: [...SAFETY, FO_22_PLAIN],
  witnesses: [HANDED_OVER, UNDONE],
});

const one = (kind: FaultStep["kind"], asks: string, also: readonly Sometimes<World>[] = [SWITCHOVER_FAILED]) =>
  question({
    ...asked,
    name: `switchover, ${kind}`,
    asks,
    scenario: { edits, writes: 1, faults: 1, kinds: [kind], victims: "anybody", early: [] },
    safety: SAFETY,
    witnesses: [HANDED_OVER, ...also],
  });

const SWITCHOVER_CRASH = one("crash", "May any process die in the middle of a switchover?");
const SWITCHOVER_HANG = one("hang", "May any process hang in the middle of a switchover, and wake?");
const SWITCHOVER_CUT = one("isolated", "May any process be cut off in the middle of a switchover?");
const SWITCHOVER_UNSEEN = one("cut off from the operator", "May the operator lose sight of any process in the middle of a switchover?");
const SWITCHOVER_ANSWER_LOST = one("answer lost", "May any answer be lost in a switchover?", []);
const SWITCHOVER_REQUEST_LOST = one("request lost", "May any request be lost in a switchover?", []);
const SWITCHOVER_DELAYED = one("delayed", "May any action of a switchover arrive at any later moment?", []);
const SWITCHOVER_FORGOTTEN = one("operator restarts", "Does an operator that knows nothing end a switchover that was begun?", []);

export const SWITCHOVERS = [SWITCHOVER, SWITCHOVER_BEHIND, SWITCHOVER_ANSWER_LOST, SWITCHOVER_REQUEST_LOST, SWITCHOVER_FORGOTTEN];
export const SWITCHOVERS_DEEP = [SWITCHOVER_CRASH, SWITCHOVER_HANG, SWITCHOVER_CUT, SWITCHOVER_UNSEEN, SWITCHOVER_DELAYED];
