// All clusters: one fiber and one queue each, fed by the watches, the lease and its own outcomes. A cluster whose fiber dies
// of a broken invariant starts again with an empty memory, which costs it time and nobody else anything.
import * as Cause from "effect/Cause";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as FiberMap from "effect/FiberMap";
import * as Layer from "effect/Layer";
import * as Queue from "effect/Queue";
import type { ClusterKey } from "./kubernetes/snapshot.ts";
import { store as openStore, type Store } from "./kubernetes/store.ts";
import { Leader } from "./leader.ts";
import { type Message, reconciler, type Surroundings } from "./reconcile.ts";
import { Api, Settings, Story, Telemetry } from "./services.ts";
import { narrator } from "./telemetry/narrate.ts";

const RESTART_AFTER = "1 second";

export class Operator extends Context.Service<Operator, { readonly isReady: () => boolean }>()("gungnir/shell/Operator") {
  static readonly layer = Layer.effect(
    Operator,
    Effect.gen(function* () {
      const settings = yield* Settings;
      const client = yield* Api;
      const leader = yield* Leader;
      const storyteller = yield* Story;
      const { log, metrics, trace } = yield* Telemetry;
      const inboxes = new Map<string, Inbox>();
      const fibers = yield* FiberMap.make<string>();
      const start = yield* FiberMap.runtime(fibers)();

      const serve = (key: ClusterKey): Inbox => {
        const id = `${key.namespace}/${key.name}`;
        const known = inboxes.get(id);
        if (known !== undefined) return known;
        const inbox = inboxOf((waitedMs) => metrics.waited(waitedMs / 1000));
        inboxes.set(id, inbox);
        const labels = { namespace: key.namespace, name: key.name };
        const around: Surroundings = {
          key,
          client,
          store,
          leadership: leader.current,
          narrator: narrator(key, { log, metrics, storyteller }),
          onProbed: (heard, seconds) => metrics.probed(labels, heard, seconds),
          onUnreadable: (why) => log("warn", "the cluster could not be read", { cluster: id, why }),
          trace: (event, decision, fresh) => trace({ by: settings.self, cluster: id, fresh, event, decision }),
          tell: inbox.tell,
        };
        const onDefect = (why: string): void => {
          metrics.defect(labels);
          log("error", "a cluster's fiber ended and starts again", { cluster: id, why });
        };
        const onGone = Effect.sync(() => {
          inboxes.delete(id);
          metrics.forget(labels);
        });
        start(id, follow(inbox, around, onDefect).pipe(Effect.ensuring(onGone)));
        return inbox;
      };

      const store: Store = openStore(client, {
        namespace: settings.namespace,
        onChange: (key) => {
          const id = `${key.namespace}/${key.name}`;
          if (store.has(key) || inboxes.has(id)) serve(key).tell({ _tag: "Changed" });
        },
        onListed: (key, listed, began) => inboxes.get(`${key.namespace}/${key.name}`)?.tell({ _tag: "Listed", listed, began }),
        onBroken: (source, broken) => {
          metrics.watchBroken(source, broken.reason);
          log(broken.reason === "Silent" ? "info" : "warn", "a watch broke and is being mended", {
            source,
            reason: broken.reason,
            next: broken.next,
            why: broken.message,
          });
        },
      });
      const stopListening = leader.listen(() => {
        for (const inbox of inboxes.values()) inbox.tell({ _tag: "Led" });
      });
      yield* Effect.addFinalizer(() => Effect.sync(stopListening));
      yield* Effect.forkScoped(watching(store));
      return Operator.of({ isReady: () => store.isSynced() });
    }),
  );
}

const watching = (store: Store): Effect.Effect<void> => Effect.promise((signal) => store.run(signal));

/** One cluster from its first sight to its end. */
const follow = Effect.fnUntraced(function* (inbox: Inbox, around: Surroundings, onDefect: (why: string) => void) {
  for (;;) {
    const exit = yield* Effect.exit(once(inbox, around));
    if (Exit.isSuccess(exit)) return;
    onDefect(Cause.pretty(exit.cause));
    yield* Effect.sleep(RESTART_AFTER);
  }
});

const once = (inbox: Inbox, around: Surroundings): Effect.Effect<void> =>
  Effect.acquireUseRelease(
    Effect.sync(() => reconciler(around)),
    Effect.fnUntraced(function* (cluster) {
      yield* inbox.clear;
      inbox.tell({ _tag: "Led" });
      inbox.tell({ _tag: "Changed" });
      for (;;) {
        const message = yield* inbox.take;
        if (cluster.turn(message) === "Gone") return;
      }
    }),
    (cluster) => Effect.promise(() => cluster.stop()),
  );

type Inbox = {
  readonly tell: (message: Message) => void;
  readonly take: Effect.Effect<Message>;
  readonly clear: Effect.Effect<unknown>;
};

// "Something changed" says nothing more when it is said twice: what is read is what is there when it is read.
function inboxOf(onTaken: (waitedMs: number) => void): Inbox {
  const queue = Effect.runSync(Queue.unbounded<{ readonly message: Message; readonly since: number }>());
  const waiting = new Set<Message["_tag"]>();
  return {
    tell: (message) => {
      if (message._tag === "Changed" || message._tag === "Led") {
        if (waiting.has(message._tag)) return;
        waiting.add(message._tag);
      }
      Queue.offerUnsafe(queue, { message, since: performance.now() });
    },
    take: Effect.map(Queue.take(queue), ({ message, since }) => {
      onTaken(performance.now() - since);
      waiting.delete(message._tag);
      return message;
    }),
    clear: Effect.suspend(() => {
      waiting.clear();
      return Queue.clear(queue);
    }),
  };
}
