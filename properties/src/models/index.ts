// Every model: those that are asked each time, and those that take longer than somebody waits.
import { ANSWER_LOST, DELAYED, FOREIGN_WRITE, OPERATOR_RESTARTS, REQUEST_LOST, WATCH_LAGS } from "./answers-lost.ts";
import { BOOTSTRAP, BOOTSTRAP_DEEP, BOOTSTRAP_OF_TWO } from "./bootstrap.ts";
import { AGAIN_AND_AGAIN, TYPED, TYPED_AND_WRITTEN } from "./by-hand.ts";
import { FAILOVER_MEETS, FAILOVER_MEETS_DEEP } from "./failover-meets.ts";
import { MEMBER_DIES, MEMBER_HANGS, MEMBER_IS_SLOW, MORE_TO_WAIT_FOR } from "./members-change.ts";
import { OUTLIVES_AND_LOST, OUTLIVES_UNLED, OUTLIVES_VOLUME } from "./outlives.ts";
import { PRIMARY_CUT_OFF } from "./primary-cut-off.ts";
import { PRIMARY_DIES } from "./primary-dies.ts";
import { PRIMARY_HANGS } from "./primary-hangs.ts";
import { PRIMARY_LEAVES } from "./primary-leaves.ts";
import { unreducedOf } from "./question.ts";
import type { Question } from "./question.ts";
import { ROLLED_BACK } from "./rolled-back.ts";
import { SCALE, SCALE_IN_FAILOVER } from "./scale.ts";
import { SCENARIOS, SCENARIOS_DEEP } from "./scenarios.ts";
import { SWITCHOVERS, SWITCHOVERS_DEEP } from "./switchover.ts";
import { ANY_TWO, ANY_TWO_TIMED, HANGS_AND_DIES, PAIR, TWO_DIE, TWO_HANG, TWO_IN_A_ROW, TWO_IN_A_ROW_EARLY } from "./two-faults.ts";
import { LEADER_PAUSES, LEADER_PAUSES_IN_FAILOVER, TWO_OPERATORS, TWO_OPERATORS_HANGS, TWO_OPERATORS_ONE_WRITE } from "./two-operators.ts";

export const QUESTIONS: readonly Question[] = [
  BOOTSTRAP,
  BOOTSTRAP_OF_TWO,
  PRIMARY_DIES,
  PRIMARY_HANGS,
  PRIMARY_CUT_OFF,
  PRIMARY_LEAVES,
  TWO_IN_A_ROW,
  OPERATOR_RESTARTS,
  REQUEST_LOST,
  ANSWER_LOST,
  DELAYED,
  FOREIGN_WRITE,
  WATCH_LAGS,
  MEMBER_DIES,
  MEMBER_HANGS,
  MORE_TO_WAIT_FOR,
  SCALE,
  ROLLED_BACK,
  LEADER_PAUSES,
  LEADER_PAUSES_IN_FAILOVER,
  ...SWITCHOVERS,
  ...SCENARIOS,
  ...FAILOVER_MEETS,
  TYPED,
  AGAIN_AND_AGAIN,
  OUTLIVES_UNLED,
  OUTLIVES_VOLUME,
];

export const DEEP_QUESTIONS: readonly Question[] = [
  BOOTSTRAP_DEEP,
  MEMBER_IS_SLOW,
  SCALE_IN_FAILOVER,
  PAIR,
  HANGS_AND_DIES,
  TWO_DIE,
  TWO_HANG,
  ...SWITCHOVERS_DEEP,
  ...SCENARIOS_DEEP,
  ...FAILOVER_MEETS_DEEP,
  TYPED_AND_WRITTEN,
  OUTLIVES_AND_LOST,
  TWO_IN_A_ROW_EARLY,
  TWO_OPERATORS_ONE_WRITE,
  TWO_OPERATORS,
  ANY_TWO_TIMED,
  TWO_OPERATORS_HANGS,
];

/** The question of this name: with ", unreduced" behind it, the same without any reduction. */
export const questionNamed = (name: string): Question | undefined => {
  const all = [...QUESTIONS, ...DEEP_QUESTIONS, ...LARGE_QUESTIONS];
  return all.find((one) => one.name === name) ?? all.map(unreducedOf).find((one) => one.name === name);
};

/** Millions of states each: for several threads. */
export const LARGE_QUESTIONS: readonly Question[] = [ANY_TWO];
