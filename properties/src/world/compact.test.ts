// The fast model says what the plain one says: as many states and steps, as deep, the same verdicts.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { explore } from "../explore/explore.ts";
import { DELAYED, OPERATOR_RESTARTS } from "../models/answers-lost.ts";
import { MEMBER_HANGS } from "../models/members-change.ts";
import { PRIMARY_HANGS } from "../models/primary-hangs.ts";
import { modelOf, searched } from "../models/question.ts";
import { SAFETY } from "../specification/safety.ts";
import { FAILED_OVER } from "../specification/witnesses.ts";

test.each([OPERATOR_RESTARTS, DELAYED, MEMBER_HANGS, PRIMARY_HANGS])("fast and plain agree: $name", { timeout: 60_000 }, (asked) => {
  const [plain, fast] = [modelOf(asked, CORE), searched(asked, CORE)].map((model) => {
    const found = explore(model, [...SAFETY, FAILED_OVER], { maxStates: 4_000 });
    const { states, transitions, depth, complete, violations, witnesses } = found;
    return { states, transitions, depth, complete, violations, witnesses: [...witnesses].map(([id, { steps }]) => ({ id, steps })) };
  });
  expect(fast).toEqual(plain);
});
