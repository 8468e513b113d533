// `gungnir operator`: settings, services in their order, and an end in the reverse order: probes and pages first, then
// whatever is under way, then the Lease, then the connections.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Layer from "effect/Layer";
import { type Config, parseConfig } from "./config.ts";
import { Leader } from "./leader.ts";
import { Operator } from "./operator.ts";
import { Api, Settings, StartError, Story, Telemetry } from "./services.ts";
import { serve } from "./telemetry/server.ts";

const USAGE_EXIT = 2;

/** Runs until SIGTERM or SIGINT; exits with 0 then, with 1 when it cannot start, with 2 when its arguments are wrong. */
export function operatorMain(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): void {
  const parsed = parseConfig(args, environment);
  switch (parsed._tag) {
    case "Help":
      process.stdout.write(parsed.text);
      return;
    case "Refused":
      process.stderr.write(parsed.problems.map((problem) => `gungnir operator: ${problem}\n`).join(""));
      process.exitCode = USAGE_EXIT;
      return;
    case "Configured":
      NodeRuntime.runMain(launch(parsed.config), { disableErrorReporting: true, teardown: exitWith });
  }
}

const launch = (config: Config): Effect.Effect<void, StartError> => {
  const settings = Layer.succeed(Settings, Settings.of({ ...config, self: identityOf(config) }));
  const base = Layer.provideMerge(Telemetry.layer, settings);
  const api = Layer.provideMerge(Api.layer, base);
  const told = Layer.provideMerge(Story.layer, api);
  const led = Layer.provideMerge(Leader.layer, told);
  const operating = Layer.provideMerge(Operator.layer, led);
  return Layer.launch(Layer.provideMerge(pages, operating));
};

const pages = Layer.effectDiscard(
  Effect.gen(function* () {
    const { listen, self, namespace } = yield* Settings;
    const { log, metrics } = yield* Telemetry;
    const { isReady } = yield* Operator;
    const client = yield* Api;
    const serving = yield* Effect.promise(() => serve(listen, { metrics: metrics.page, isReady }));
    if (serving._tag === "NotServing") return yield* new StartError({ message: serving.message });
    yield* Effect.addFinalizer(() => Effect.promise(() => serving.close()));
    log("info", "started", {
      listening: serving.address,
      identity: self,
      server: client.server,
      namespaces: namespace ?? "all",
      pid: process.pid,
    });
  }),
);

/** Of this start: a process that comes back under its old name holds nothing of its predecessor's. */
const identityOf = (config: Config): string => `${config.identity ?? hostname()}_${randomBytes(6).toString("hex")}`;

const exitWith = <E, A>(exit: Exit.Exit<A, E>, onExit: (code: number) => void): void => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return onExit(0);
  const error = Cause.squash(exit.cause);
  process.stderr.write(`gungnir operator: ${error instanceof StartError ? error.message : Cause.pretty(exit.cause)}\n`);
  onExit(1);
};
