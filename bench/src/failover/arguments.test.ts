import { describe, expect, it } from "vitest";
import { parseArguments } from "./arguments.ts";

describe("the bench's command line", () => {
  it("has defaults that the issue asks for", () => {
    expect(parseArguments(["--seed", "7"])).toEqual({ trials: 20, seed: 7, only: "both", json: undefined });
  });

  it.each([
    [["--trials", "0"], "--trials 0: a whole number from 1"],
    [["--trials=many"], "--trials many: a whole number from 1"],
    [["--seed", "-1.5"], "--seed"],
    [["--only", "redis"], "--only redis: ours or sentinel"],
    [["--fast"], "--fast"],
  ])("refuses %j by name", (args, said) => {
    const parsed = parseArguments(args);
    expect(typeof parsed === "object" && "problem" in parsed ? parsed.problem : "").toContain(said);
  });
});
