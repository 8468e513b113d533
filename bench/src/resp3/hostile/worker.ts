// One decoder and one input, in a process that may die of it. Writes its figures as one line of JSON.
//
//   node --expose-gc worker.ts CONTESTANT large|small INPUT SIZE
import { contestants, type Fed, Refused } from "./decoders.ts";
import { large, small } from "./inputs.ts";
import type { Figures, Outcome } from "./outcome.ts";
import { peakBytes, resetPeak } from "./peak.ts";

const [contestantName, kind, inputName, sizeText] = process.argv.slice(2);
const contestant = contestants.find(({ name }) => name === contestantName);
const size = Number(sizeText);
const chunks =
  kind === "large"
    ? large.find(({ name }) => name === inputName)?.chunks(size)
    : small.filter(({ name }) => name === inputName).map(({ input }) => Buffer.from(input, "latin1"));
if (contestant === undefined || chunks === undefined) throw new Error(`no contestant ${contestantName} or input ${inputName}`);

/** So that the engine's own work on code it sees for the first time is not counted. */
const warmUp = (): void => {
  const { feed } = contestant.start();
  const usual = "*3\r\n$5\r\nhello\r\n:42\r\n*1\r\n+OK\r\n";
  for (let at = 0; at < 2000; at++) for (const part of [usual.slice(0, 9), usual.slice(9)]) feed(Buffer.from(part));
};

/** The garbage of the input itself is collected now and then, outside of the time. */
const COLLECT_EVERY = 16 * 1024 * 1024;

const run = (fed: Fed, all: Iterable<Buffer>, before: number): Figures => {
  let seconds = 0;
  let fedBytes = 0;
  let collected = 0;
  let outcome: Outcome | undefined;
  for (const chunk of all) {
    const begun = performance.now();
    try {
      fed.feed(chunk);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      outcome = error instanceof Refused || isReport(message) ? { _tag: "Refused", message } : { _tag: "Threw", message };
    }
    seconds += (performance.now() - begun) / 1000;
    fedBytes += chunk.length;
    if (outcome !== undefined) break;
    if (fedBytes - collected >= COLLECT_EVERY) {
      collected = fedBytes;
      globalThis.gc?.();
    }
  }
  outcome ??= { _tag: "Took" };
  return {
    outcome,
    replies: fed.replies(),
    shown: fed.shown(),
    seconds,
    fedBytes,
    peakBytes: peakBytes() - before,
  };
};

/** How the decoders of @redis/client and ioredis say that something is no RESP. */
const isReport = (message: string): boolean => message.startsWith("Unknown RESP type");

warmUp();
const fed = contestant.start();
globalThis.gc?.();
process.stdout.write(`${JSON.stringify(run(fed, chunks, resetPeak()))}\n`);
