// Every question that is asked each time, searched to its end with its exact counts. The larger ones: cli.ts --deep.
import { expect, test } from "vitest";
import { CORE, failuresOf } from "../check.ts";
import { QUESTIONS } from "./index.ts";
import { ask } from "./question.ts";

test.each(QUESTIONS)("$name: $asks", { timeout: 300_000 }, (asked) => {
  expect(failuresOf(asked, ask(asked, CORE))).toEqual([]);
});
