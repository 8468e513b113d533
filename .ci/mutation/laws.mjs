// The laws and the runs that are kept, against the core of a folder given as the first argument, until one fails: a line of JSON says which.
import { join } from "node:path";
import { failureOf, loadTests } from "./load.mjs";

const root = join(import.meta.dirname, "../..");
const PATTERNS = ["properties/src/laws/!(pre-stop|scripts).test.ts", "properties/src/regressions/*.test.ts"];
/** What searches takes longest, and comes last. */
const isSearch = ({ file }) => /vocabulary|regressions\.test/.test(file);
const tell = (what) => process.stdout.write(`\n${JSON.stringify(what)}\n`);

const tests = await loadTests(PATTERNS, root, process.argv[2]);
let crash;
for (const { file, title, body } of tests.toSorted((a, b) => Number(isSearch(a)) - Number(isSearch(b)))) {
  const message = await failureOf({ body });
  if (message === undefined) continue;
  const isCrash = /\b(?:Type|Reference|Range|Syntax)Error\b/.test(message);
  // What asserts says more than what falls over.
  if (isCrash) crash ??= { file, title, message, isCrash };
  else {
    tell({ file, title, message, isCrash });
    process.exit(0);
  }
}
tell(crash ?? { ran: tests.length });
