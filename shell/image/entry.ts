// What the image runs: the operator, and nothing of the sandbox or the demo, so that a bundler leaves those out.
import { operatorMain } from "../src/operator-main.ts";

const [command, ...rest] = process.argv.slice(2);
if (command === "operator") operatorMain(rest, process.env);
else {
  process.stderr.write(`gungnir: ${JSON.stringify(command ?? "")} is not a command of this image; allowed is operator (operator --help)\n`);
  process.exitCode = 2;
}
