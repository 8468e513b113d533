// Libraries of functions: code that is part of the data set.

import { type Command, flag, option } from "./arguments.ts";

/** The code begins with `#!lua name=…`; the reply is that name. */
export const functionLoad = (code: string, { replace }: { readonly replace?: boolean } = {}): Command => [
  "FUNCTION",
  "LOAD",
  ...flag("REPLACE", replace),
  code,
];

/** Those whose name matches, with their code if it is asked for. */
export const functionList = ({ library, code }: { readonly library?: string; readonly code?: boolean } = {}): Command => [
  "FUNCTION",
  "LIST",
  ...option("LIBRARYNAME", library),
  ...flag("WITHCODE", code),
];

export const functionDelete = (library: string): Command => ["FUNCTION", "DELETE", library];
export const functionFlush = (how: "SYNC" | "ASYNC"): Command => ["FUNCTION", "FLUSH", how];
/** How many libraries there are, and what is running. Answered by a process that answers nothing else but BUSY. */
export const functionStats = (): Command => ["FUNCTION", "STATS"];
export const functionKill = (): Command => ["FUNCTION", "KILL"];
