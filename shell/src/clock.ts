// The one clock of the operator: monotonic, beginning at the Unix time of the process's start. A step of the wall clock
// moves no deadline.
import { instant, type Instant } from "@gungnir/core";

export function now(): Instant {
  return instant(performance.timeOrigin + performance.now());
}
