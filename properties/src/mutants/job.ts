// What passes between the check and the process in which tests are run against mutants.

/** `id` is unique; `titled` is a regular expression for the titles of the tests to run. */
export type Job = { readonly id: string; readonly folder: string; readonly file: string; readonly titled: string };

export type Ran = {
  readonly id: string;
  /** Why the file did not even load. */
  readonly problems: readonly string[];
  readonly tests: readonly {
    readonly title: string;
    readonly state: string;
    readonly errors: readonly { readonly name: string; readonly message: string }[];
  }[];
};

export const jobsIn = (json: unknown): readonly Job[] => parsed(json, isJob, "a list of jobs");
export const ranIn = (json: unknown): readonly Ran[] => parsed(json, isRan, "a list of what was run");

const parsed = <One>(json: unknown, is: (value: unknown) => value is One, what: string): readonly One[] => {
  if (Array.isArray(json) && json.every(is)) return json;
  throw new Error(`this is not ${what}: ${JSON.stringify(json).slice(0, 200)}`);
};

const has = <Name extends string>(value: unknown, ...names: readonly Name[]): value is { readonly [name in Name]: unknown } =>
  typeof value === "object" && value !== null && names.every((name) => name in value);

const isJob = (value: unknown): value is Job =>
  has(value, "id", "folder", "file", "titled") && Object.values(value).every((one) => typeof one === "string");

const isRan = (value: unknown): value is Ran =>
  has(value, "id", "problems", "tests") && typeof value.id === "string" && Array.isArray(value.problems) && Array.isArray(value.tests);
