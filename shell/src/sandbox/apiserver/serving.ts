// What every request handler is given: the objects, the kinds, and the few things that belong to this server.
import type { Counter } from "./counter.ts";
import type { Registry } from "./resource.ts";
import type { Store } from "./store.ts";
import type { Tokens } from "./tokens.ts";

export type Serving = {
  readonly store: Store;
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly counter: Counter;
  /** Where ClusterIPs come from, such as 127.96.0.0/16. */
  readonly serviceRange: string;
  /** Proves to a kubelet that it is this server who asks. */
  readonly kubeletClient: { readonly certificate: string; readonly key: string };
  readonly authority: string;
  /** Now, in whole seconds, as metadata times are written. */
  readonly timestamp: (secondsFromNow?: number) => string;
};
