// The command line of the demonstration; unknown arguments are refused by name.
import { parseArgs } from "node:util";

export type Arguments = { readonly json: string | undefined; readonly plantLoss: boolean; readonly example: string };

export const usage = `npm run demo [-- options]
  --json FILE       writes timelines, writes and requirements as JSON
  --example FILE    the ValkeyCluster to apply (default crds/examples/web.yaml)
  --plant-loss      deletes one acknowledged write before the check: the demonstration must then fail
  --help            this`;

/** The arguments, or what is wrong with them. */
export const parseArguments = (args: readonly string[]): Arguments | { readonly problem: string } | "help" => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "string" },
        example: { type: "string", default: "crds/examples/web.yaml" },
        "plant-loss": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return values.help ? "help" : { json: values.json, plantLoss: values["plant-loss"], example: values.example };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};
