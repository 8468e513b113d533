// The laws, the stories and the tests that the catalogue names, run by Vitest in a process of its own while the models are searched. They
// are part of the checkout; in an installed package the table says that they were not run.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Check, type Entry, isNamedIn } from "../catalogue.ts";
import type { Options } from "./options.ts";

export type Tested = {
  readonly title: string;
  readonly passed: boolean;
  readonly cases: number;
  readonly seconds: number;
  readonly message: string;
};
/** By file, from the root of the checkout. */
export type TestReport = { readonly files: ReadonlyMap<string, readonly Tested[]>; readonly problem?: string };

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const CONFIG = ".ci/vitest.config.ts";
export const isCheckout = (): boolean => existsSync(join(ROOT, CONFIG)) && existsSync(join(ROOT, "node_modules/.bin/vitest"));

/** How many cases of each law. */
const RUNS = { quick: 20, daily: 200, deep: 1_000 } as const;
/** For a thousand cases of a law, where no test says otherwise. */
const PATIENCE_MS = 300_000;

/**
 * What the catalogue names and this depth affords: real processes and servers take minutes, unless a property is asked for by name; and
 * the searches of the models are asked as models anyway.
 */
export const filesOf = (entries: readonly Entry[], { depth, property }: Pick<Options, "depth" | "property">): readonly string[] => {
  const isWanted = (check: Extract<Check, { by: "test" }>): boolean => {
    if (check.technique === "F" || check.file.endsWith("/models.test.ts") || check.file.includes("/mutants/")) return false;
    if (depth === "deep" || (property !== undefined && depth === "daily")) return true;
    return check.technique === "P" || check.technique === "C" || check.technique === "E" || (check.technique === "X" && depth === "daily");
  };
  return [
    ...new Set(entries.flatMap((one) => one.checks.flatMap((check) => (check.by === "test" && isWanted(check) ? [check.file] : [])))),
  ];
};

export const runTests = async (files: readonly string[], { depth, seed }: Pick<Options, "depth" | "seed">): Promise<TestReport> => {
  if (files.length === 0) return { files: new Map() };
  if (!isCheckout()) return { files: new Map(), problem: "laws and stories are run in a checkout; this is an installed package" };
  const folder = mkdtempSync(join(tmpdir(), "gungnir-properties-"));
  const report = join(folder, "tests.json");
  try {
    const args = [
      "run",
      `--config=${CONFIG}`,
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...(depth === "quick" ? ["--maxWorkers=1"] : []),
      ...(depth === "deep" ? [`--testTimeout=${PATIENCE_MS}`] : []),
      ...files,
    ];
    const env = { ...process.env, GUNGNIR_SEED: String(seed), GUNGNIR_RUNS: String(RUNS[depth]) };
    const child = spawn(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), ...args], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const end = (): void => void child.kill("SIGTERM");
    process.once("exit", end);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
    await new Promise<void>((done) => child.on("close", () => done()).on("error", () => done()));
    process.off("exit", end);
    if (!existsSync(report)) return { files: new Map(), problem: `the tests wrote no report: ${said}` };
    return { files: testedIn(JSON.parse(readFileSync(report, "utf8")), RUNS[depth]) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

type Assertion = {
  readonly fullName: string;
  readonly status: string;
  readonly duration?: number | null;
  readonly failureMessages?: readonly string[] | null;
};
type Vitest = {
  readonly testResults: readonly { readonly name: string; readonly message?: string; readonly assertionResults: readonly Assertion[] }[];
};
/** The parse edge: what Vitest's reporter writes. */
const isReport = (json: unknown): json is Vitest =>
  typeof json === "object" && json !== null && "testResults" in json && Array.isArray(json.testResults);

/** A title with a seed in it is of a law: so many cases were drawn for it. */
const testedIn = (json: unknown, runs: number): ReadonlyMap<string, readonly Tested[]> => {
  if (!isReport(json)) throw new Error("the report of the tests is not in the form of Vitest's JSON reporter");
  return new Map(
    json.testResults.map(({ name, message = "", assertionResults }) => {
      const tested = assertionResults
        .filter(({ status }) => status === "passed" || status === "failed")
        .map(({ fullName, status, duration, failureMessages }) => ({
          title: fullName,
          passed: status === "passed",
          cases: fullName.includes("(with seed=") ? runs : 1,
          seconds: (duration ?? 0) / 1000,
          message: (failureMessages ?? []).join("\n").slice(0, 2_000),
        }));
      const broken = { title: "(the file)", passed: false, cases: 0, seconds: 0, message };
      return [relative(ROOT, name), tested.length === 0 && message !== "" ? [broken] : tested];
    }),
  );
};

/** What was run of a check: the tests of its file whose titles have its name in them, or the whole file where none has. */
export const testedBy = (check: Extract<Check, { by: "test" }>, { files }: TestReport): readonly Tested[] => {
  const all = files.get(check.file) ?? [];
  const named = all.filter((one) => isNamedIn(one.title, check.name));
  return named.length > 0 ? named : all;
};
