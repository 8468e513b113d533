// One contestant on one row, in a process of its own: what a row of before has left in the caches of the engine, or another contestant,
// would be measured too. Asked over IPC, so that the rounds of all contestants can take turns while the others sleep.
//
//   node --expose-gc worker.ts CONTESTANT MODE ROW
import { setup } from "./setup.ts";

const [contestant = "", mode = "", row = ""] = process.argv.slice(2);
const { stream, pass, warmUp } = setup(contestant, mode, row);
const bytes = stream.chunks.reduce((sum, chunk) => sum + chunk.length, 0);

const checksum = pass(stream.chunks);
const secondsOf = (passes: number): number => {
  const begun = performance.now();
  let wrong = 0;
  for (let done = 0; done < passes; done++) if (pass(stream.chunks) !== checksum) wrong += 1;
  const seconds = (performance.now() - begun) / 1000;
  if (wrong > 0) throw new Error(`${contestant}, ${row}, ${mode}: ${wrong} of ${passes} passes read something else than the first`);
  return seconds;
};

const ROUND_S = 0.06; // long enough for the clock and for some garbage to be collected inside, which belongs to the cost
const WARM_S = 0.4;

warmUp();
let passes = 1;
for (let warm = 0; warm < WARM_S;) {
  const seconds = secondsOf(passes);
  warm += seconds;
  if (seconds < ROUND_S) passes = Math.max(passes + 1, Math.min(passes * 2, Math.round((passes * ROUND_S) / seconds)));
  else if (seconds > 2 * ROUND_S) passes = Math.max(1, Math.round((passes * ROUND_S) / seconds));
}

const say = (message: object): void => void process.send?.(message);
process.on("message", () => {
  globalThis.gc?.();
  const seconds = secondsOf(passes);
  say({ bytesPerSecond: (passes * bytes) / seconds });
});
say({ bytes, replies: stream.replies, checksum });
