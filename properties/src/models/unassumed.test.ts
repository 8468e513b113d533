// What each assumption is for: left out, it leaves exactly this to be found.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { ask } from "./question.ts";
import { UNASSUMED } from "./unassumed.ts";

test.each(UNASSUMED.map((one) => [one.asked.name, one] as const))("%s", { timeout: 120_000 }, (_, { asked, found }) => {
  const { violations, lassos, complete } = ask(asked, CORE, { maxStates: 60_000 });
  const broken = [...violations, ...lassos].map((one) => one.property);
  expect([...new Set(broken)].filter((property) => !property.endsWith(" core")).toSorted()).toEqual([...found].toSorted());
  expect(complete || violations.length > 0).toBe(true);
});
