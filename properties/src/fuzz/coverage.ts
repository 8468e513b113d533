// Which blocks of the codec have run: what guides the fuzzer. V8's own block coverage, read over Node's inspector from within.

import { Session } from "node:inspector/promises";

export type Coverage = {
  /** Blocks that ran since the last call and that nobody has learnt yet. */
  readonly unseen: () => Promise<readonly string[]>;
  readonly learn: (blocks: readonly string[]) => void;
  /** The number of blocks learnt. */
  readonly blocks: () => number;
  readonly stop: () => Promise<void>;
};

/** Watches the sources whose address holds this piece. */
export const watch = async (piece: string): Promise<Coverage> => {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const learnt = new Set<string>();
  return {
    unseen: async () => {
      const { result } = await session.post("Profiler.takePreciseCoverage");
      const found: string[] = [];
      for (const { url, functions } of result) {
        if (!url.includes(piece)) continue;
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          const block = `${url}:${startOffset}-${endOffset}`;
          if (count > 0 && !learnt.has(block)) found.push(block);
        }
      }
      return found;
    },
    learn: (blocks) => {
      for (const block of blocks) learnt.add(block);
    },
    blocks: () => learnt.size,
    stop: async () => {
      await session.post("Profiler.stopPreciseCoverage");
      session.disconnect();
    },
  };
};
