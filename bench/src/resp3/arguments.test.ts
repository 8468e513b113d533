import { describe, expect, it } from "vitest";
import { parseArguments } from "./arguments.ts";

const parsed = (...args: string[]) => {
  const all = parseArguments(args);
  if (all === "help" || "problem" in all) throw new Error(JSON.stringify(all));
  return all;
};

describe("the command line of bench:resp3", () => {
  it("asks for everything by default", () => {
    const all = parsed();
    expect(all).toMatchObject({ hostile: false, rounds: 11, allocations: true, clock: "wall", json: undefined, writeReadme: false });
    expect(all.isRow("decode", "nested arrays", "strings") && all.isPeer("ioredis")).toBe(true);
  });

  it("chooses rows and peers by parts of their names", () => {
    const some = parsed("--rows", "decode nested|one by one", "--peers", "redis-parser|hiredis");
    expect(some.isRow("decode", "nested arrays", "bytes")).toBe(true);
    expect(some.isRow("encode", "PING", "one by one")).toBe(true);
    expect(some.isRow("encode", "PING", "a hundred at once")).toBe(false);
    expect(["redis-parser", "hiredis", "ioredis"].map(some.isPeer)).toEqual([true, true, false]);
  });

  it.each([
    [["--rounds", "0"], "--rounds 0: a whole number from 1"],
    [["--write-readme", "--rows", "PING"], "--write-readme: only with all rows"],
    [["--write-readme", "--no-allocations"], "--write-readme: only with all rows"],
    [["--fast"], "--fast"],
  ])("refuses %j by name", (args, said) => {
    const all = parseArguments(args);
    expect(typeof all === "object" && "problem" in all ? all.problem : "").toContain(said);
  });
});
