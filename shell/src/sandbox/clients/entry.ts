// The life of one of the sandbox's processes: start, say on one JSON line that it is ready, end on SIGTERM, SIGINT, or when the
// process that started it is gone (its IPC channel closes), so that a killed parent leaves nothing behind.
import { parseArgs } from "node:util";

export type Started = { readonly ready: object; readonly stop: () => Promise<void> };

/** Longer than any grace the parts give their own children. */
const STOP_WITHIN_MS = 10_000;

export const runEntry = async (name: string, start: () => Promise<Started>): Promise<void> => {
  const asked = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => asked.resolve());
  process.on("disconnect", () => asked.resolve());
  process.stdout.on("error", () => undefined); // a reader that left is no reason to leave processes behind
  process.stderr.on("error", () => undefined);
  try {
    const started = await Promise.race([start(), asked.promise]);
    if (started === undefined) return process.exit(0);
    process.stdout.write(`${JSON.stringify(started.ready)}\n`);
    await asked.promise;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await started.stop();
    process.exit(0);
  } catch (problem) {
    process.stderr.write(`${name}: ${problem instanceof Error ? problem.message : String(problem)}\n`);
    process.exit(1);
  }
};

/** The named string flags of an entry; unknown ones are refused by name, missing ones named. */
export const flagsOf = <const Needed extends string, const Optional extends string>(
  needed: readonly Needed[],
  optional: readonly Optional[],
): Flags<Needed, Optional> => {
  const options = Object.fromEntries([...needed, ...optional].map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ options, strict: true });
  const given = new Map<string, string>(
    Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
  const flags: Readonly<Record<string, string>> = Object.fromEntries(given);
  if (!hasAll<Needed, Optional>(flags, needed)) {
    const missing = needed.filter((name) => !given.has(name));
    throw new Error(`--${missing.join(", --")} missing; known flags are --${[...needed, ...optional].join(", --")}`);
  }
  return flags;
};

type Flags<Needed extends string, Optional extends string> = Readonly<Record<Needed, string>> & Readonly<Partial<Record<Optional, string>>>;

const hasAll = <Needed extends string, Optional extends string>(
  flags: Readonly<Record<string, string>>,
  needed: readonly string[],
): flags is Flags<Needed, Optional> => needed.every((name) => flags[name] !== undefined);

/** A whole number within bounds, refused by the flag's name otherwise. */
export const wholeNumber = (flag: string, text: string | undefined, fallback: number, lowest = 0): number => {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= lowest) return value;
  throw new Error(`--${flag} is "${text}"; it must be a whole number of at least ${lowest}`);
};
