// `npm run goldens:resp3`: writes properties/goldens/resp3/NAME.jsonl anew, from servers started for it. Each file begins with a line about
// itself; every other line is one request and the bytes that came back, one character an octet. Run by hand when a new version of the
// server matters: ids, ports and times differ each time, so a diff shows more than what changed in the server.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findValkey } from "../../src/sandbox/valkey-binary.ts";
import { errors } from "./errors.ts";
import { type Argument, withServers } from "./server.ts";
import { type Asked, type Situation, situations, textIn, withLine } from "./states.ts";
import { values } from "./values.ts";

const folder = join(import.meta.dirname, "../../../properties/goldens/resp3");
const { version } = await findValkey();

const captured = async ({ state, enter }: Situation): Promise<string> => {
  const lines = [JSON.stringify({ state, server: version })];
  const greeted = new Set<number>(); // one greeting a protocol says enough
  await withServers((start) =>
    enter(start, async (server, commands) => {
      for (const protocol of [2, 3])
        await withLine(server, async (line) => {
          const hello: Asked = ["HELLO", protocol];
          for (const command of [hello, ...commands]) {
            const reply = textIn(await line.ask([command], isWithPush(command, protocol) ? 2 : 1));
            const isKnown = command === hello && greeted.has(protocol);
            if (!isKnown) lines.push(JSON.stringify({ protocol, command: command.map(shown), reply }));
            greeted.add(protocol);
          }
        });
    }),
  );
  return `${lines.join("\n")}\n`;
};

/** Commands that are answered with a push beside the reply. */
const isWithPush = (command: Asked, protocol: number): boolean =>
  protocol === 3 && command[0] === "DEBUG" && command[1] === "PROTOCOL" && command[2] === "push";

const shown = (argument: Argument): string =>
  argument instanceof Uint8Array ? Buffer.from(argument).toString("latin1") : String(argument);

await mkdir(folder, { recursive: true });
for (const situation of [...situations, values, ...errors]) {
  await writeFile(join(folder, `${situation.name}.jsonl`), await captured(situation));
  process.stdout.write(`${situation.name}: ${situation.state}\n`);
}
