// FO-17: what makes a former leader harmless is needed, and what the searches leave out is not.
import { readSession } from "@gungnir/core";
import { describe, expect, test } from "vitest";
import { CORE } from "../check.ts";
import { explore } from "../explore/explore.ts";
import type { Core } from "../world/operator.ts";
import { OPERATOR_RESTARTS } from "./answers-lost.ts";
import { ask, searched, unreducedOf } from "./question.ts";
import type { Question } from "./question.ts";
import { LEADER_PAUSES, LEADER_PAUSES_IN_FAILOVER } from "./two-operators.ts";

/** A leader that enters, and leaves the users of earlier terms where they are. */
const lenient: Core = {
  ...CORE,
  readSession: (...asked) => {
    const session = readSession(...asked);
    return session._tag === "Granted" ? { ...session, enter: session.enter.filter(([, verb]) => verb !== "DELUSER") } : session;
  },
};

test("FO-17 fails where the users of earlier terms stay, with a late command as the counterexample", { timeout: 120_000 }, () => {
  const properties = LEADER_PAUSES_IN_FAILOVER.safety.filter(({ id }) => id === "FO-17");
  const { violations } = explore(searched(LEADER_PAUSES_IN_FAILOVER, lenient), properties);
  expect(violations.map(({ property, message }) => ({ property, message }))).toEqual([
    { property: "FO-17", message: "web-1 obeyed Freeze of operator 0, after a later leader had been there" },
  ]);
  expect(violations[0]?.trace.steps.at(-1)?._tag).toBe("Arrive");
  expect(violations[0]?.trace.steps.length).toBeLessThanOrEqual(40);
});

const said = (asked: Question) => {
  const { complete, violations, lassos, witnesses } = ask(asked, CORE);
  return { complete, violations, lassos, witnesses: [...witnesses.keys()].toSorted() };
};

describe("with and without reductions the verdicts are the same", () => {
  test.each([LEADER_PAUSES, OPERATOR_RESTARTS])("$name", { timeout: 120_000 }, (asked) => {
    expect(said(unreducedOf(asked))).toEqual(said(asked));
    expect(ask(unreducedOf(asked), CORE).states).toBeGreaterThan(ask(asked, CORE).states);
  });
});
