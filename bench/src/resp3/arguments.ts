// The command line of bench:resp3. Unknown or malformed arguments are refused by name: a bench that ignores one has measured something
// else than was asked for.
import { parseArgs } from "node:util";

/** What is timed: seconds on the wall, or those that one thread was given by the machine. */
export type Clock = "wall" | "cpu";

export type Arguments = {
  readonly hostile: boolean;
  readonly rounds: number;
  /** Whether a line of that kind ("decode", "encode"), row and mode is asked for. */
  readonly isRow: (kind: string, row: string, mode: string) => boolean;
  readonly isPeer: (name: string) => boolean;
  readonly allocations: boolean;
  readonly clock: Clock;
  /** A file, or "-" for standard output. */
  readonly json: string | undefined;
  readonly writeReadme: boolean;
};

export const usage = `npm run bench:resp3 [-- options]
  --rounds N          rounds of each contestant on each row, in turns (default 11)
  --rows A|B          only rows whose "kind row, mode" contains one of these, such as "decode nested" or "one by one" (default: all)
  --peers A|B         only peers, or ours in other ways, whose name contains one of these; "asides" for all of the latter;
                      "none" for ours alone (default: all)
  --cpu               times the thread that decodes instead of the clock on the wall: for tuning on a busy machine
  --no-allocations    leaves out the bytes allocated for a reply
  --hostile           the table of hostile input instead; --rows and --peers apply
  --json FILE         writes the figures as JSON, in the shape described in bench/README.md; - for standard output
  --write-readme      puts the tables into bench/README.md
  --help              this`;

/** The arguments, or what is wrong with them. */
export const parseArguments = (args: readonly string[]): Arguments | { readonly problem: string } | "help" => {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        rounds: { type: "string", default: "11" },
        rows: { type: "string", default: "" },
        peers: { type: "string", default: "" },
        allocations: { type: "boolean", default: true },
        cpu: { type: "boolean", default: false },
        hostile: { type: "boolean", default: false },
        json: { type: "string" },
        "write-readme": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return "help";
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) return { problem: `--rounds ${values.rounds}: a whole number from 1` };
  const { hostile, allocations, json } = values;
  const writeReadme = values["write-readme"];
  const isPart = writeReadme && (values.rows !== "" || values.peers !== "" || !allocations);
  if (isPart) return { problem: "--write-readme: only with all rows, all peers and the allocations" };
  const isRow: Arguments["isRow"] = (kind, row, mode) => contains(`${kind} ${row}, ${mode}`, values.rows);
  return {
    hostile,
    rounds,
    isRow,
    isPeer: (name) => contains(name, values.peers),
    allocations,
    clock: values.cpu ? "cpu" : "wall",
    json,
    writeReadme,
  };
};

const contains = (name: string, parts: string): boolean => parts.split("|").some((part) => name.includes(part));
