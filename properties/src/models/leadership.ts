/**
 * Two contenders for one Lease, driven by the very functions that the shell runs, requests and answers included. Clocks run
 * at rates of their own; a contender may be paused between any two steps, because nothing makes it take one; requests are
 * lost, answered late, or take effect long after their sender gave up; processes crash, come back, and are shut down.
 */
import {
  type ApiAnswer,
  type ApiRequest,
  initialLease,
  type Instant,
  instant,
  type Json,
  type JsonObject,
  leadershipOf,
  type LeaseDecision,
  type LeaseEvent,
  type LeaseMemory,
  type LeaseOutcome,
  type LeaseRequest,
  type LeaseTiming,
  milliseconds,
  outcomeOfLease,
  requestOfLease,
  stepLease,
} from "@gungnir/core";
import type { Model } from "../explore/index.ts";
import { isAwaited, keyOf } from "./leadership-key.ts";

export type Stored = { readonly version: number; readonly spec: JsonObject };
/** A request on its way, or its answer on the way back. `life`: of the contender that sent it. */
export type Message = {
  readonly from: number;
  readonly life: number;
  readonly sent: Instant;
  readonly request: LeaseRequest;
  readonly answer?: ApiAnswer;
};
export type Contender = { readonly life: number; readonly memory: LeaseMemory; readonly decision: LeaseDecision };
export type LeaseWorld = {
  readonly now: number;
  readonly stored: Stored | undefined;
  readonly contenders: readonly Contender[];
  readonly messages: readonly Message[];
  readonly faults: number;
};
export type LeaseStep =
  | { readonly _tag: "Elapse" }
  | { readonly _tag: "Wake" | "GiveUp" | "Crash" | "ShutDown"; readonly who: number }
  | { readonly _tag: "Arrive" | "Answer" | "Lose"; readonly message: number };

export type LeaseModelOptions = {
  /** Milliseconds that each contender's clock advances while one unit of the world's time passes. */
  readonly rates: readonly number[];
  readonly timing: LeaseTiming;
  readonly faults: number;
  /** Named ways to be wrong, for showing that the properties notice. */
  readonly mutant?: "UnknownRenewalCounts" | "PermitFromAnswer" | "NoCompareAndSwap";
};

/** Ratios as in production: 15, 10, 2 and 3 seconds, in steps that a search can afford. */
export const smallTiming: LeaseTiming = {
  duration: milliseconds(12_000),
  renewDeadline: milliseconds(8000),
  retry: milliseconds(4000),
  timeout: milliseconds(4000),
};

const NAME = { namespace: "gungnir", name: "gungnir" };

export const leaseModel = (options: LeaseModelOptions): Model<LeaseWorld, LeaseStep> => {
  const clock = (world: LeaseWorld, who: number): Instant => instant(world.now * (options.rates[who] ?? 1));
  const woken = (world: LeaseWorld, who: number, event: LeaseEvent): LeaseWorld => hear(world, who, event, options);
  const start = (world: LeaseWorld, who: number): LeaseWorld => {
    const life = (world.contenders[who]?.life ?? 0) + 1;
    const born: Contender = { life, memory: initialLease(`c${who}-${life}`, options.timing), decision: { _tag: "Wait", until: undefined } };
    return woken({ ...world, contenders: world.contenders.with(who, born) }, who, { _tag: "Woke", now: clock(world, who) });
  };

  const unborn: Contender = { life: 0, memory: initialLease("", options.timing), decision: { _tag: "Released" } };
  const empty: LeaseWorld = {
    now: 0,
    stored: undefined,
    contenders: options.rates.map(() => unborn),
    messages: [],
    faults: options.faults,
  };
  const initial = options.rates.reduce((world, _, who) => start(world, who), empty);

  return {
    name: `leadership, ${options.rates.length} contenders`,
    initial: [initial],
    steps: (world) => stepsOf(world, clock),
    next: (world, step) => {
      switch (step._tag) {
        case "Elapse":
          return { ...world, now: world.now + 1 };
        case "Wake":
          return woken(world, step.who, { _tag: "Woke", now: clock(world, step.who) });
        case "GiveUp": {
          const sent = world.contenders[step.who]?.memory.inFlight?.sent ?? clock(world, step.who);
          const outcome: LeaseOutcome = outcomeOfLease({ _tag: "Read" }, { _tag: "Unanswered", reason: "Timeout" });
          const spent = { ...unheard(world, step.who), faults: world.faults - 1 };
          return woken(spent, step.who, { _tag: "Performed", now: clock(world, step.who), sent, outcome });
        }
        case "Crash":
          return start({ ...unheard(world, step.who), faults: world.faults - 1 }, step.who);
        case "ShutDown":
          return woken({ ...world, faults: world.faults - 1 }, step.who, { _tag: "Stopped", now: clock(world, step.who) });
        case "Lose":
          return { ...world, messages: world.messages.toSpliced(step.message, 1), faults: world.faults - 1 };
        case "Arrive": {
          const message = world.messages[step.message];
          if (message === undefined) return world;
          const { stored, answer } = served(world.stored, requestOfLease(message.request, NAME), options.mutant);
          const messages = isAwaited(world, message)
            ? world.messages.with(step.message, { ...message, answer })
            : world.messages.toSpliced(step.message, 1);
          return { ...world, stored, messages };
        }
        case "Answer": {
          const message = world.messages[step.message];
          if (message?.answer === undefined) return world;
          const rest = { ...world, messages: world.messages.toSpliced(step.message, 1) };
          const outcome = outcomeOfLease(message.request, message.answer);
          return woken(rest, message.from, { _tag: "Performed", now: clock(world, message.from), sent: message.sent, outcome });
        }
      }
    },
    key: (world) => keyOf(world, clock, options),
    describe: (step) => {
      if (step._tag === "Elapse") return "time passes";
      return "who" in step ? `${step._tag} contender ${step.who}` : `${step._tag} message ${step.message}`;
    },
    show: (world) => ({
      now: String(world.now),
      lease: JSON.stringify(world.stored),
      leading: leaders(world, options.rates).join(" "),
      messages: world.messages.map(({ from, request, answer }) => `${from}:${request._tag}${answer === undefined ? "" : "!"}`).join(" "),
      faults: String(world.faults),
    }),
    fault: (step) => (["GiveUp", "Crash", "ShutDown", "Lose"].includes(step._tag) ? step._tag : undefined),
  };
};

/** Nobody will hear what is on its way to this one; what it sent still takes effect, unless it was only a look. */
const unheard = (world: LeaseWorld, who: number): LeaseWorld => ({
  ...world,
  messages: world.messages.filter(({ from, request, answer }) => from !== who || (answer === undefined && request._tag !== "Read")),
});

/** Who holds a permit on its own clock. */
export const leaders = (world: LeaseWorld, rates: readonly number[]): readonly number[] =>
  world.contenders.flatMap(({ memory }, who) =>
    leadershipOf(memory, instant(world.now * (rates[who] ?? 1)))._tag === "Leading" ? [who] : [],
  );

export type Clock = (world: LeaseWorld, who: number) => Instant;

const stepsOf = (world: LeaseWorld, clock: Clock): readonly LeaseStep[] => {
  const steps: LeaseStep[] = [{ _tag: "Elapse" }];
  for (const [who, { memory, decision }] of world.contenders.entries()) {
    const now = clock(world, who);
    if (decision._tag === "Wait" && decision.until !== undefined && decision.until <= now) steps.push({ _tag: "Wake", who });
    if (world.faults === 0) continue;
    if (memory.inFlight !== undefined && now >= memory.inFlight.sent + memory.timing.timeout) steps.push({ _tag: "GiveUp", who });
    steps.push({ _tag: "Crash", who });
    if (memory.stopping === "No") steps.push({ _tag: "ShutDown", who });
  }
  for (const [message, { answer }] of world.messages.entries()) {
    steps.push({ _tag: answer === undefined ? "Arrive" : "Answer", message });
    if (world.faults > 0 && answer === undefined) steps.push({ _tag: "Lose", message });
  }
  return steps;
};

/** One event through core, and its request, if it makes one, on its way. */
const hear = (world: LeaseWorld, who: number, event: LeaseEvent, { mutant }: LeaseModelOptions): LeaseWorld => {
  const before = world.contenders[who];
  if (before === undefined) return world;
  const { memory, decision } = stepLease(tamperedBefore(before.memory, event, mutant), event);
  const after: Contender = { ...before, memory: tamperedAfter(memory, before.memory, event, mutant), decision };
  const contenders = world.contenders.with(who, after);
  if (decision._tag !== "Ask") return { ...world, contenders };
  const message: Message = { from: who, life: before.life, sent: event.now, request: decision.request };
  // In one order, whoever asked first.
  const messages = [...world.messages, message].toSorted((a, b) => a.from - b.from || a.sent - b.sent);
  return { ...world, contenders, messages };
};

const tamperedBefore = (memory: LeaseMemory, event: LeaseEvent, mutant: LeaseModelOptions["mutant"]): LeaseMemory => {
  const isRenewal = memory.inFlight?.request._tag === "Renew" && event._tag === "Performed" && event.outcome._tag === "Unknown";
  if (mutant !== "UnknownRenewalCounts" || !isRenewal || memory.held === undefined) return memory;
  return { ...memory, held: { ...memory.held, sent: event.now } };
};

const tamperedAfter = (memory: LeaseMemory, before: LeaseMemory, event: LeaseEvent, mutant: LeaseModelOptions["mutant"]): LeaseMemory =>
  mutant === "PermitFromAnswer" && memory.held !== undefined && memory.held.sent !== before.held?.sent
    ? { ...memory, held: { ...memory.held, sent: event.now } }
    : memory;

/** What an API server does with these three requests. */
const served = (
  stored: Stored | undefined,
  request: ApiRequest,
  mutant: LeaseModelOptions["mutant"],
): { readonly stored: Stored | undefined; readonly answer: ApiAnswer } => {
  const answered = (status: number, now: Stored | undefined): { readonly stored: Stored | undefined; readonly answer: ApiAnswer } => ({
    stored: now,
    answer: {
      _tag: "Answered",
      status,
      body: now === undefined ? {} : { metadata: { resourceVersion: String(now.version) }, spec: now.spec },
    },
  });
  const spec = objectIn(request.body?.["spec"]);
  switch (request.method) {
    case "GET":
      return answered(stored === undefined ? 404 : 200, stored);
    case "POST":
      return stored === undefined ? answered(201, { version: 1, spec }) : answered(409, stored);
    case "PATCH": {
      if (stored === undefined) return answered(404, stored);
      const at = objectIn(request.body?.["metadata"])["resourceVersion"];
      if (mutant !== "NoCompareAndSwap" && at !== String(stored.version)) return answered(409, stored);
      return answered(200, { version: stored.version + 1, spec: { ...stored.spec, ...spec } });
    }
  }
};

const objectIn = (value: Json | undefined): JsonObject => (typeof value === "object" && value !== null && !isArray(value) ? value : {});
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
