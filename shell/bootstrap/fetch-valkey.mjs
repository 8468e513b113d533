// Fetches valkey-server ahead of a program that will need it, so that the wait is seen before its own output begins.
import { findValkey } from "../src/sandbox/valkey-binary.ts";

try {
  await findValkey();
} catch (error) {
  process.stderr.write(`gungnir: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
