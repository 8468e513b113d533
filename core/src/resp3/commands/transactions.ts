// Commands that are executed together, with nobody in between.

import type { Command } from "./arguments.ts";

/** OK; then QUEUED to each command, until `exec`, whose reply are theirs. */
export const multi = (): Command => ["MULTI"];
export const exec = (): Command => ["EXEC"];
export const discard = (): Command => ["DISCARD"];
