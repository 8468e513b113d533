// `--trace FILE`: the conformance of a file, told to a person.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { table } from "../explore/print.ts";
import { conform } from "./conform.ts";

/** 0 where everything conforms, 1 where something does not, 2 where the file cannot be read. */
export const replay = async (file: string): Promise<number> => {
  const opened = createReadStream(file);
  const failed = new Promise<string>((resolve) => opened.once("error", (error) => resolve(error.message)));
  const found = await Promise.race([conform(createInterface({ input: opened })), failed]);
  if (typeof found === "string") {
    process.stderr.write(`--trace ${file} cannot be read (${found}); name the file that the operator's --trace wrote\n`);
    return 2;
  }
  const { lines, clusters, decisions, problems } = found;
  const rows = Object.entries(decisions).map(([tag, count]) => [tag, String(count)]);
  process.stdout.write(`${table([["decision", "times"], ...rows])}\n\n`);
  for (const { kind, message } of problems) process.stdout.write(`${kind}: ${message}\n`);
  const verdict = problems.length === 0 ? "each follows from what was heard, and all of it is possible" : "does NOT conform";
  process.stdout.write(`${lines} steps of ${clusters.join(", ") || "no cluster"}: ${verdict}\n`);
  return problems.length === 0 && lines > 0 ? 0 : 1;
};
