/**
 * What `remember` folds. An event says what was heard and when it was heard; nothing in it was thought up by the shell.
 */
import type { Cluster } from "./cluster.ts";
import type { Action } from "./decision.ts";
import type { Leadership, Reply, Target } from "./observation.ts";
import type { Instant, ResourceVersion, Uid } from "./units.ts";

/** What became of an action. Unknown is never taken for success or failure: a time-out may have happened or not. */
export type Outcome =
  /** Answered. `version` (and `uid`) of the object that was written. */
  | { readonly _tag: "Done"; readonly version?: ResourceVersion; readonly uid?: Uid }
  /** Written to an open connection; no answer within the deadline (a hung process reads it when it wakes). */
  | { readonly _tag: "Sent" }
  /** The condition no longer holds (409, 404 on a write to something read, 410): nothing was written. */
  | { readonly _tag: "Conflict"; readonly why: string }
  /** Refused for a reason of its own, or never sent: nothing was written. `transient` is tried again sooner. */
  | { readonly _tag: "Refused"; readonly why: string; readonly transient: boolean }
  /** Neither: the answer was lost. */
  | { readonly _tag: "Unknown"; readonly why: string };

export type Event = { readonly now: Instant } &
  /** A snapshot of list-then-watch. `consistent`: made by lists that began at `began`, not from the cache of a watch. */
  (
    | { readonly _tag: "Read"; readonly cluster: Cluster; readonly consistent?: { readonly began: Instant } }
    /** The ValkeyCluster is gone. */
    | { readonly _tag: "Gone" }
    | { readonly _tag: "Replied"; readonly target: Target; readonly began: Instant; readonly reply: Reply }
    | { readonly _tag: "Silent"; readonly target: Target; readonly began: Instant; readonly why: "Refused" | "Timeout" | "Reset" }
    | { readonly _tag: "Performed"; readonly action: Action; readonly outcome: Outcome }
    | { readonly _tag: "Lease"; readonly leadership: Leadership }
    | { readonly _tag: "Woke" }
  );
