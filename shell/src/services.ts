// What the operator's parts need of each other, as services: each made once, in its own scope, and ended in the reverse
// order. So what holds the Lease outlives whatever acts under it.
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schema from "effect/Schema";
import type { Config } from "./config.ts";
import { type ApiClient, connect } from "./kubernetes/client.ts";
import { type Storyteller, storyteller } from "./telemetry/events.ts";
import { jsonLog, type Log } from "./telemetry/log.ts";
import { type Metrics, metrics } from "./telemetry/metrics.ts";
import { counted } from "./telemetry/requests.ts";
import { openTrace, type Trace } from "./telemetry/trace.ts";

/** The operator cannot start, and what to do about it. */
export class StartError extends Schema.TaggedError<StartError>()("StartError", { message: Schema.String }) {}

/** The settings, and the name this very process goes by. */
export class Settings extends Context.Service<Settings, Config & { readonly self: string }>()("gungnir/shell/Settings") {}

type TelemetryService = { readonly log: Log; readonly metrics: Metrics; readonly trace: Trace };

export class Telemetry extends Context.Service<Telemetry, TelemetryService>()("gungnir/shell/Telemetry") {
  static readonly layer = Layer.effect(
    Telemetry,
    Effect.gen(function* () {
      const settings = yield* Settings;
      const log = jsonLog(settings.logLevel, (line) => void process.stdout.write(line));
      const traced = yield* Effect.promise(() => openTrace(settings.trace));
      if (traced._tag === "NotWritable") return yield* new StartError({ message: traced.message });
      yield* Effect.addFinalizer(() => Effect.promise(() => traced.close()));
      return Telemetry.of({ log, metrics: metrics(), trace: traced.trace });
    }),
  );
}

export class Api extends Context.Service<Api, ApiClient>()("gungnir/shell/Api") {
  static readonly layer = Layer.effect(
    Api,
    Effect.gen(function* () {
      const { kubeconfig, context } = yield* Settings;
      const { metrics: counting } = yield* Telemetry;
      const connected = yield* Effect.promise(() => connect({ kubeconfig, context, userAgent: "gungnir-operator" }));
      if (connected._tag === "NotConfigured") return yield* new StartError({ message: connected.message });
      return yield* Effect.acquireRelease(Effect.succeed(Api.of(counted(connected.client, counting))), (client) =>
        Effect.promise(() => client.close()),
      );
    }),
  );
}

const FLUSH_EVENTS_MS = 1000;

export class Story extends Context.Service<Story, Storyteller>()("gungnir/shell/Story") {
  static readonly layer = Layer.effect(
    Story,
    Effect.gen(function* () {
      const client = yield* Api;
      const { self } = yield* Settings;
      const { metrics: counting } = yield* Telemetry;
      const onDropped = counting.eventDropped;
      return yield* Effect.acquireRelease(
        Effect.sync(() => Story.of(storyteller(client, { component: "gungnir-operator", instance: self, onDropped }))),
        (teller) => Effect.promise(() => teller.flush(FLUSH_EVENTS_MS)),
      );
    }),
  );
}
