// Runs test files against mutated sources, many mutants in one process: each is a project of its own, in which `@gungnir/core` is
// the mutant's. Reads jobs from its standard input and writes what became of each test to its standard output, as JSON.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createVitest } from "vitest/node";
import { type Job, type Ran, jobsIn } from "./job.ts";
import { ROOT, siblingOf } from "./patch.ts";
import { START } from "./tests.ts";

/** Node reads these by itself, in a third less time; what imports them has to be led to them, and is transformed. */
const PLANTED_CORE = /gungnir-mutant-[^/]*\/core\/(?!.*\.test\.ts)/;

const projectOf = ({ id, folder, file, titled }: Job) => {
  // Where the file itself was copied, the copy is run: what it imports by its path is the mutant's then.
  const root = existsSync(join(folder, file)) ? folder : ROOT;
  const place = (path: string) => join(folder, path);
  return {
    root,
    ssr: { resolve: { conditions: ["gungnir-source"] } },
    resolve: {
      conditions: ["gungnir-source"],
      alias: [
        { find: /^@gungnir\/core$/, replacement: place("core/src/index.ts") },
        { find: /^@gungnir\/core\/resp3$/, replacement: place("core/src/resp3/index.ts") },
        { find: /^@gungnir\/properties$/, replacement: join(ROOT, "properties/src/index.ts") },
      ],
    },
    test: {
      name: id,
      include: [file],
      setupFiles: [siblingOf("quick.setup")],
      testNamePattern: titled,
      testTimeout: 60_000,
      server: { deps: { external: [PLANTED_CORE] } },
    },
  };
};

/** A property that failed carries what was wrong as its cause. */
const withCauses = (error: unknown): readonly { readonly name: string; readonly message: string }[] => {
  if (typeof error !== "object" || error === null) return [];
  const [name, message] = ["name" in error ? String(error.name) : "", "message" in error ? String(error.message) : ""];
  return [{ name, message }, ...("cause" in error ? withCauses(error.cause) : [])];
};

const jobs = jobsIn(JSON.parse(await text(process.stdin)));
const vitest = await createVitest({
  root: ROOT,
  config: false,
  watch: false,
  reporters: [{}],
  pool: "threads",
  isolate: false,
  maxWorkers: 1,
  projects: jobs.map(projectOf),
});
await vitest.start();
const ran: readonly Ran[] = vitest.state.getTestModules().map((module) => ({
  id: module.project.name,
  problems: module.errors().map((error) => error.message),
  tests: [...module.children.allTests()].map((test) => {
    const result = test.result();
    return { title: test.fullName, state: result.state, errors: (result.errors ?? []).flatMap(withCauses) };
  }),
}));
await new Promise<void>((done) => void process.stdout.write(`${START}${JSON.stringify(ran)}`, () => done()));
await vitest.close();
// A test that fails is what is wanted here.
process.exitCode = 0;
