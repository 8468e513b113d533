// The Lease as a service. Its scope encloses that of everything that acts: when the operator ends, nothing is under way any
// more by the time the Lease is given back.
import type { Leadership } from "@gungnir/core";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { lead, timingOf } from "./leading.ts";
import { Api, Settings, Telemetry } from "./services.ts";

export type LeaderService = {
  readonly current: () => Leadership;
  /** Tells the listener of every change from now on; undone by calling what it returns. */
  readonly listen: (listener: () => void) => () => void;
};

export class Leader extends Context.Service<Leader, LeaderService>()("gungnir/shell/Leader") {
  static readonly layer = Layer.effect(
    Leader,
    Effect.gen(function* () {
      const settings = yield* Settings;
      const client = yield* Api;
      const { log, metrics } = yield* Telemetry;
      const listeners = new Set<() => void>();
      let wasLeading = false;
      const lease = { namespace: settings.leaseNamespace ?? client.namespace, name: settings.leaseName };
      const leading = yield* Effect.acquireRelease(
        Effect.sync(() =>
          lead({
            client,
            lease,
            identity: settings.self,
            timing: timingOf(settings),
            onProblem: (why) => log("warn", why, { lease: `${lease.namespace}/${lease.name}` }),
            onChange: (leadership) => {
              const isLeading = leadership._tag === "Leading";
              metrics.leading(isLeading);
              if (isLeading !== wasLeading) {
                const fields = leadership._tag === "Leading" ? { term: leadership.term } : {};
                log("info", isLeading ? "leading" : "standby", { identity: settings.self, ...fields });
              }
              wasLeading = isLeading;
              for (const listener of listeners) listener();
            },
          }),
        ),
        (leader) => Effect.promise(() => leader.release()),
      );
      return Leader.of({
        current: () => leading.current(),
        listen: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
    }),
  );
}
