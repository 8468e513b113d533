// The command line of the failover bench. Unknown or malformed arguments are refused by name: a bench that ignores one has
// measured something else than was asked for.
import { parseArgs } from "node:util";

export type Arguments = {
  readonly trials: number;
  readonly seed: number;
  readonly json: string | undefined;
  readonly only: "both" | "ours" | "sentinel";
};

export const usage = `npm run bench:failover [-- options]
  --trials N      trials per fault and contestant (default 20)
  --seed N        where the random phases come from (default: the clock; it is printed)
  --only WHO      ours or sentinel; without it both, interleaved, and the ratios
  --json FILE     writes the figures as JSON, in the shape described in bench/README.md
  --help          this`;

/** The arguments, or what is wrong with them. */
export const parseArguments = (args: readonly string[]): Arguments | { readonly problem: string } | "help" => {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        trials: { type: "string", default: "20" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        only: { type: "string", default: "both" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return "help";
  const trials = Number(values.trials);
  if (!Number.isInteger(trials) || trials < 1) return { problem: `--trials ${values.trials}: a whole number from 1` };
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) return { problem: `--seed ${values.seed}: a whole number from 0` };
  const { only, json } = values;
  if (only !== "both" && only !== "ours" && only !== "sentinel") return { problem: `--only ${only}: ours or sentinel` };
  return { trials, seed, json, only };
};
