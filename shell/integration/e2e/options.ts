// The command line of `npm run e2e`.
import { parseArgs } from "node:util";

export type Options = {
  readonly only: readonly string[];
  readonly isList: boolean;
  readonly isBrief: boolean;
  readonly isKept: boolean;
  readonly json: string | undefined;
  readonly history: string | undefined;
  readonly backend: "sandbox" | "real";
  readonly operator: "installed" | "process";
  readonly image: string | undefined;
  readonly times: number;
  readonly minutes: number;
};

export const usage = `npm run e2e -- [OPTIONS]

Plays the scenarios on a real cluster: the one that $KUBECONFIG names, else the one of ../shared/kube beside this checkout (or of the
folder that $KUBE_RECIPE names), which is brought up for the run and down after it. This machine has to reach pods and Services by address.

  --backend sandbox|real   the sandbox of this checkout instead of a real cluster (default real)
  --only NAME              one scenario, or several: --only NAME --only NAME
  --brief                  only what every check of the project plays, about five minutes
  --times N                all of it N times in a row (default 1)
  --minutes N              how long the scenarios last that are played only when named (default 60)
  --operator installed|process   as crds/install has it, or as a process of this machine from this checkout (default installed)
  --image FILE             the archive of its image (default: built from this checkout); nodes that are not this machine's need it already
  --list                   the scenarios and what each needs
  --keep                   leave namespaces, and a cluster that was brought up for the run, as they are
  --json FILE              { passed, failed, leftOut, rows: [{ round, name, outcome, seconds, why?, figures }], trace: { entries, problems } }
  --history FOLDER         one file a scenario and round: every write with its outcome, every record, the operator's lines
`;

/** The options, or what is wrong with them. */
export const readOptions = (args: readonly string[]): Options | { readonly problem: string } | "help" => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true },
        list: { type: "boolean" },
        brief: { type: "boolean" },
        keep: { type: "boolean" },
        json: { type: "string" },
        history: { type: "string" },
        backend: { type: "string" },
        image: { type: "string" },
        operator: { type: "string" },
        times: { type: "string" },
        minutes: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help === true) return "help";
    const { backend = "real", operator = "installed", times = "1", minutes = "60" } = values;
    if (backend !== "sandbox" && backend !== "real") return { problem: `--backend is "${backend}"; allowed are sandbox and real` };
    if (operator !== "installed" && operator !== "process")
      return { problem: `--operator is "${operator}"; allowed are installed and process` };
    if (!/^[1-9]\d?$/.test(times)) return { problem: `--times is "${times}"; allowed are whole numbers from 1 to 99` };
    if (!/^[1-9]\d{0,3}$/.test(minutes)) return { problem: `--minutes is "${minutes}"; allowed are whole numbers from 1 to 9999` };
    return {
      only: values.only ?? [],
      isList: values.list ?? false,
      isBrief: values.brief ?? false,
      isKept: values.keep ?? false,
      json: values.json,
      history: values.history,
      backend,
      operator,
      image: values.image,
      times: Number(times),
      minutes: Number(minutes),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};
