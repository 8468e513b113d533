// `npm run goldens:commands`: writes properties/goldens/commands.jsonl anew, from a server started for it. Run by hand when a new version
// of the server matters; a diff shows what it changed.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commands } from "@gungnir/core/resp3";
import { findValkey } from "../../src/sandbox/valkey-binary.ts";
import { open } from "../../src/valkey/connection.ts";
import { startValkey } from "../../src/valkey/testing.ts";
import { catalogueOf } from "./catalogue.ts";

const { version } = await findValkey();
const { port, stop } = await startValkey();
const connection = open({ host: "127.0.0.1", port, credentials: undefined, connectTimeoutMs: 1000 });
try {
  await connection.ready();
  await connection.send([commands.hello(3)], 1000);
  const lines = [{ server: version }, ...(await catalogueOf(connection))].map((line) => JSON.stringify(line));
  await writeFile(join(import.meta.dirname, "../../../properties/goldens/commands.jsonl"), `${lines.join("\n")}\n`);
  process.stdout.write(`${lines.length - 1} commands of ${version}\n`);
} finally {
  connection.close();
  await stop();
}
