// A client that reads what others were promised: again and again the last key acknowledged by WAIT 1, through the write Service, on a
// connection it keeps. Whoever serves that Service has to have it.
import { setTimeout as sleep } from "node:timers/promises";
import { commands } from "@gungnir/core/resp3";
import { open, type Connection, shownValue, type Target } from "../../src/demo/connection.ts";
import { keyOf, type Ledger } from "../../src/demo/ledger.ts";

export type Reads = { readonly answered: number; readonly missing: number };
export type Reader = { readonly stop: () => Promise<Reads> };

const PAUSE_MS = 10;
const TIMEOUT_MS = 1_000;

export const startReader = (target: Target, ledger: Ledger): Reader => {
  let [answered, missing] = [0, 0];
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    let connection: Connection | undefined;
    while (!stopped.signal.aborted) {
      await sleep(PAUSE_MS);
      if (connection === undefined || !connection.isOpen()) {
        const opened = await open(target, TIMEOUT_MS);
        connection = opened._tag === "Open" ? opened.connection : undefined;
      }
      const promised = ledger.entries.findLast(({ kind, outcome }) => kind === "wait" && outcome === "acknowledged");
      if (connection === undefined || promised === undefined) continue;
      const outcome = await connection.send(commands.get(keyOf(promised.kind, promised.sequence)), TIMEOUT_MS);
      if (outcome._tag !== "Answered") continue;
      answered += 1;
      if (shownValue(outcome.value) !== String(promised.sequence)) missing += 1;
    }
    connection?.close();
  };
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
      return { answered, missing };
    },
  };
};
