// The scenarios: for each test of Sentinel's own suite that has a meaning here a world of its own, and the switchovers that nobody asks for.
import type { Question } from "./question.ts";
import { AVAILABLE } from "./scenario-availability.ts";
import { MORE_DATA, NOBODY_SUITABLE, PRIORITY } from "./scenario-choice.ts";
import { LOCKED_OUT, LOCKED_OUT_AND_DEATH, NO_EVIDENCE, SAYS_REPLICA } from "./scenario-evidence.ts";
import { LEADER_ENDS } from "./scenario-leader.ts";
import {
  ASKED_TO_GO,
  GOES_AND_DIES,
  GOES_AND_HANGS,
  GOES_AND_IS_FULL,
  GOES_UNLED,
  NODES_LEAVE,
  SCALED_AWAY,
  SCALED_AWAY_UNLED,
} from "./scenario-leaving.ts";
import { ABSENT_REPLICA, QUICK_REBOOT, SLOW_LOAD } from "./scenario-reboot.ts";

/** A few thousand states each. */
export const SCENARIOS: readonly Question[] = [
  NO_EVIDENCE,
  LOCKED_OUT,
  SAYS_REPLICA,
  MORE_DATA,
  PRIORITY,
  QUICK_REBOOT,
  SLOW_LOAD,
  ABSENT_REPLICA,
  SCALED_AWAY,
  NODES_LEAVE,
  AVAILABLE,
];

export const SCENARIOS_DEEP: readonly Question[] = [
  LEADER_ENDS,
  LOCKED_OUT_AND_DEATH,
  NOBODY_SUITABLE,
  SCALED_AWAY_UNLED,
  ASKED_TO_GO,
  GOES_AND_DIES,
  GOES_AND_HANGS,
  GOES_AND_IS_FULL,
  GOES_UNLED,
];
