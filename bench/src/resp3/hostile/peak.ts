// The most memory that this process has had resident. Linux keeps it and can begin anew; the figure of getrusage would not do: a process
// inherits that of the one that started it.
import { readFileSync, writeFileSync } from "node:fs";

/** Begins anew, and answers with what is resident now, in bytes. */
export const resetPeak = (): number => {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return peakBytes();
  } catch {
    return process.memoryUsage.rss(); // no Linux: the peak is then that of the whole life
  }
};

export const peakBytes = (): number => {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
};
