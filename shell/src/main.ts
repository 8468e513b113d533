// `gungnir`: one program, three things it can be.
import { operatorMain } from "./operator-main.ts";

const USAGE = `gungnir COMMAND [OPTIONS]

  operator   keep the ValkeyClusters of a Kubernetes cluster (gungnir operator --help)
  sandbox    a small Kubernetes on this machine, with the operator in it
  demo       watch a cluster lose its primary three times, and check what became of every write

Requires Node 24 or later.
`;

const [command, ...rest] = process.argv.slice(2);

switch (command) {
  case "operator":
    operatorMain(rest, process.env);
    break;
  case "sandbox": {
    const { runSandbox } = await import("./sandbox/main.ts");
    process.exit(await runSandbox(rest));
  }
  case "demo":
    process.argv.splice(2, 1);
    await import("./demo/main.ts");
    break;
  case undefined:
  case "help":
  case "--help":
  case "-h":
    process.stdout.write(USAGE);
    break;
  default:
    process.stderr.write(`gungnir: ${JSON.stringify(command)} is not a command; allowed are operator, sandbox and demo (gungnir --help)\n`);
    process.exitCode = 2;
}
