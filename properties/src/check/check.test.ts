// What a user can ask of the spec check, and what it says when it is not asked properly.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CORE, askAndReport, propertyReports } from "../check.ts";
import { FOREIGN_WRITE } from "../models/answers-lost.ts";
import { PRIMARY_DIES } from "../models/primary-dies.ts";
import { FAULTS, faultTable, met, untold } from "./faults.ts";
import { DEEP_QUESTIONS, QUESTIONS } from "../models/index.ts";
import { Misasked, readOptions } from "./options.ts";
import { withOwnCore } from "./own-core.ts";
import { pageOf } from "./page.ts";
import { withTables } from "./readme.ts";
import { chosen } from "./run.ts";
import { replayed, tell, witnessed } from "./stories.ts";
import { theoremTable } from "./tables.ts";
import { filesOf } from "./tests.ts";
import { CATALOGUE } from "../catalogue.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "gungnir-check-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const refusal = (args: readonly string[]): string => {
  try {
    readOptions(args);
    return "";
  } catch (problem) {
    return problem instanceof Misasked ? problem.message : "not a refusal";
  }
};

describe("the command line", () => {
  test("refuses by name what it does not know, and says what is allowed", () => {
    expect(refusal(["--fast"])).toContain("--fast");
    expect(refusal(["--quick", "--deep"])).toContain("exclude each other");
    expect(refusal(["--seed", "many"])).toContain('"many"; allowed is a whole number');
    expect(refusal(["--property", ["SD", "99"].join("-")])).toContain("SD-1, SD-2");
    expect(refusal(["--property", "nonsense"])).toContain("--catalogue shows all");
    expect(() => chosen({ depth: "daily", model: "none", property: undefined })).toThrow('"primary dies"');
  });

  test("a property chooses the models that judge it and the files that the catalogue names, a promise those of its ids", () => {
    const asked = chosen({ depth: "quick", model: undefined, property: "FO-5" });
    expect(new Set(asked.flatMap((one) => one.safety.map((property) => property.id.split(" ")[0])))).toEqual(new Set(["FO-5"]));
    expect(chosen({ depth: "quick", model: undefined, property: "L9" }).flatMap((one) => one.liveness.map(({ id }) => id))).toContain(
      "RC-7",
    );
    const named = filesOf(
      CATALOGUE.filter((one) => one.id === "SD-1"),
      { depth: "quick", property: undefined },
    );
    expect(named).toContain("properties/src/laws/down.test.ts");
    expect(named.filter((path) => !path.startsWith("properties/src/laws/"))).toEqual([]);
  });
});

test("a report says of each id by what it was judged, and what was left out", () => {
  const models = [askAndReport(FOREIGN_WRITE)];
  const reports = propertyReports({ models, tests: { files: new Map() }, kills: [] });
  expect(reports.find((one) => one.id === "FO-1")).toMatchObject({ verdict: "holds", technique: "X", cases: models[0]?.states });
  expect(reports.find((one) => one.id === "SD-1")).toMatchObject({ verdict: "not asked", cases: 0 });
  expect(reports.filter(({ verdict }) => verdict !== "holds" && verdict !== "not asked")).toEqual([]);
  expect(theoremTable(reports)).toContain("FO-1 holds");
});

/** Without what formatting adds. */
const bare = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replaceAll(/\s+|-{2,}/g, " ").replaceAll(/ *\| */g, "|"));

test("each kind of fault of the world and of the simulation stands in the table, with tests that are there", () => {
  const found = met([FOREIGN_WRITE], () => undefined);
  expect(untold(found)).toEqual([]);
  expect(found.get("foreign write")?.get("claimed")).toBeGreaterThan(0);
  expect(faultTable(found)).toContain("somebody else writes");
  expect(untold(new Map(ALL_KINDS.map((kind) => [kind, new Map()])))).toEqual([]);
  const absent = FAULTS.flatMap((one) => one.tests).filter((path) => !existsSync(join(import.meta.dirname, "../../..", path)));
  expect(absent).toEqual([]);
});
/** What models may do to the world. */
const ALL_KINDS = [...new Set([...QUESTIONS, ...DEEP_QUESTIONS].flatMap((asked) => asked.scenario.kinds))];

test("the README shows each fault in its table", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  expect(FAULTS.filter(({ says }) => !readme.includes(`| ${says} `)).map(({ says }) => says)).toEqual([]);
});

test("the README shows the tables of the catalogue", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  // Where it does not: --write-readme, then prettier.
  expect(bare(withTables(readme))).toEqual(bare(readme));
});

describe("a policy of one's own", () => {
  const worst =
    "export const byMerit = (a, b) => (a.reading.offset < b.reading.offset ? -1 : a.reading.offset > b.reading.offset ? 1 : a.identity.pod < b.identity.pod ? -1 : 1);";

  test("that prefers less data is found to lose a write, and the run can be kept, replayed and drawn", { timeout: 120_000 }, async () => {
    const path = file("worst.mjs", worst);
    await withOwnCore(path, async (core) => {
      const { failures, counterexamples } = askAndReport({ ...PRIMARY_DIES, counts: undefined }, { core });
      expect(failures).toEqual([expect.stringMatching(/^FO-5: w1 acknowledged and not on/)]);
      const report = file("report.json", JSON.stringify({ counterexamples }));
      const [again] = await replayed(report, core);
      expect(again).toMatchObject({ isBroken: true, verdict: expect.stringContaining("FO-5 is violated") });
      const page = pageOf(again?.story ?? (await Promise.reject(new Error("nothing was replayed"))));
      expect(page).toContain("w1 acknowledged and not on");
      expect(page).not.toMatch(/<(?:script|link)|https?:/);
      // Our own order does otherwise, and loses nothing.
      expect((await replayed(report))[0]?.isBroken).toBe(false);
    });
  });

  test("is refused by the name of what is missing", async () => {
    await expect(withOwnCore(file("other.mjs", "export const other = 1;"), () => Promise.resolve())).rejects.toThrow(
      "exports other; wanted the function step",
    );
    await expect(withOwnCore(join(folder, "absent.mjs"), () => Promise.resolve())).rejects.toThrow("there is no such file");
    await expect(withOwnCore(file("broken.mjs", "export const = 1;"), () => Promise.resolve())).rejects.toThrow("cannot be loaded");
  });
});

describe("what is replayed", () => {
  test("a witness and a regression are shown step by step", { timeout: 120_000 }, async () => {
    const told = witnessed("RC-7");
    expect(told.story.worlds).toHaveLength(told.story.steps.length + 1);
    const [kept] = await replayed(`${join(import.meta.dirname, "../regressions/kept.ts")}:0005`);
    expect(kept).toMatchObject({ isBroken: false, verdict: expect.stringContaining("all as promised") });
  });

  test("files that are none are refused, with what there is", async () => {
    await expect(replayed(join(folder, "none.json"))).rejects.toThrow("there is no such file");
    await expect(replayed(file("odd.json", "{"))).rejects.toThrow("is not JSON");
    await expect(replayed(file("empty.json", '{"counterexamples":[]}'))).rejects.toThrow("no counterexample");
    await expect(replayed(`${join(import.meta.dirname, "../regressions/kept.ts")}:9999`)).rejects.toThrow("there are: 0001");
    expect(() => tell({ model: "none", property: "FO-1", message: "", steps: [], round: 0 }, CORE)).toThrow("is none of");
  });
});
