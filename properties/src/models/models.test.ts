// Every question that is asked each time, searched to its end with its exact counts. The larger ones: cli.ts --deep.
import { describe, expect, test } from "vitest";
import { CORE, failuresOf } from "../check.ts";
import { QUESTIONS } from "./index.ts";
import { ask } from "./question.ts";

describe.each(QUESTIONS)("$name", (asked) => {
  test(
    asked.asks,
    () => {
      expect(failuresOf(asked, ask(asked, CORE))).toEqual([]);
    },
    300_000,
  );
});
