// One operator of a simulation: its own clock, its Lease, its memory, and the requests it has under way. It does what the shell does
// and nothing else: one event at a time, what core decides is begun at once, nothing without the Lease, an outcome always comes back.
import {
  type Action,
  COMMAND_DEADLINE_MS,
  type Decision,
  type Event,
  type Instant,
  type Leadership,
  type LeaseMemory,
  type LeaseTiming,
  type Memory,
  type Outcome,
  type Target,
  WRITE_DEADLINE_MS,
  initialLease,
  initialMemory,
  instant,
  isCommand,
  leadershipOf,
  nextProbe,
  probeTargets,
  probeTimeout,
  stepLease,
} from "@gungnir/core";
import type { LeaseEvent, LeaseRequest } from "@gungnir/core";
import type { Core } from "../world/operator.ts";
import type { Ground } from "./ground.ts";

type Clock = { readonly offset: number; readonly rate: number };
type Asked = { waiting: boolean; due: number };

/** A pause longer than any of ours between two decisions is a loop. */
const MOST_AT_ONCE = 200;
const RELIST_AFTER_MS = 250;

type Means = { readonly clock: Clock; readonly timing: LeaseTiming; readonly core: Core; readonly ground: Ground };

export class Operator {
  readonly name: string;
  private readonly clock: Clock;
  private readonly timing: LeaseTiming;
  private readonly core: Core;
  private readonly ground: Ground;
  memory: Memory = initialMemory;
  decision: Decision = { _tag: "Settled" };
  isAlive = false;
  private lease: LeaseMemory = initialLease("nobody");
  private told: Leadership = { _tag: "Standby" };
  /** Of this start of the process: what an earlier one had scheduled is void. */
  private life = 0;
  private pausedUntil = 0;
  private missed: (() => void)[] = [];
  private wakeAt: number | undefined;
  private isRelisting = false;
  private isWatching = false;
  private readonly asked = new Map<string, Asked>();

  constructor(name: string, { clock, timing, core, ground }: Means) {
    this.name = name;
    this.clock = clock;
    this.timing = timing;
    this.core = core;
    this.ground = ground;
  }

  /** Its own clock, which may run fast or slow. */
  get now(): Instant {
    return instant(this.ground.epoch + this.clock.offset + Math.floor(this.ground.now * this.clock.rate));
  }
  get leadership(): Leadership {
    return this.told;
  }

  start(): void {
    this.life += 1;
    this.isAlive = true;
    this.pausedUntil = 0;
    this.missed = [];
    this.memory = initialMemory;
    this.decision = { _tag: "Settled" };
    this.told = { _tag: "Standby" };
    this.wakeAt = undefined;
    this.isRelisting = false;
    this.isWatching = false;
    this.asked.clear();
    this.lease = initialLease(`${this.name}-${this.life}`, this.timing);
    this.leaseHeard({ _tag: "Woke", now: this.now });
    this.changed();
  }

  kill(): void {
    this.isAlive = false;
    this.life += 1;
  }

  /** Stands still; what it would have heard or done meanwhile comes all at once afterwards. */
  pause(forMs: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.ground.now + forMs);
    this.ground.after(forMs, () => {
      if (this.ground.now < this.pausedUntil) return;
      for (const missed of this.missed.splice(0)) missed();
    });
  }

  /** The watch has something new: it is told of it a while later, of the newest state by then. */
  changed(): void {
    if (!this.isAlive || this.isWatching) return;
    this.isWatching = true;
    const look = (): void => {
      if (this.ground.isApiDown) return this.later(500, look);
      this.isWatching = false;
      this.hear({ now: this.now, _tag: "Read", cluster: this.ground.seenBy(this) });
    };
    this.later(this.ground.watchLag(), look);
  }

  private later(ms: number, what: () => void): void {
    const { life } = this;
    this.ground.after(ms, () => {
      if (life !== this.life) return;
      if (this.ground.now < this.pausedUntil) this.missed.push(what);
      else what();
    });
  }

  private at(instantOfOurs: Instant, what: () => void): void {
    const due = (instantOfOurs - this.ground.epoch - this.clock.offset) / this.clock.rate;
    this.later(Math.max(0, Math.ceil(due - this.ground.now)), what);
  }

  // --- the Lease ----------------------------------------------------------------------------------------------------

  private leaseHeard(event: LeaseEvent): void {
    const { memory, decision } = stepLease(this.lease, event);
    this.lease = memory;
    this.lead();
    if (decision._tag === "Ask") this.askLease(decision.request, decision.timeout);
    else if (decision._tag === "Wait" && decision.until !== undefined)
      this.at(decision.until, () => this.leaseHeard({ _tag: "Woke", now: this.now }));
  }

  private askLease(request: LeaseRequest, timeout: number): void {
    const sent = this.now;
    let isOver = false;
    const answer = (event: LeaseEvent): void => {
      if (isOver) return;
      isOver = true;
      this.leaseHeard(event);
    };
    this.later(timeout, () => answer({ _tag: "Performed", now: this.now, sent, outcome: { _tag: "Unknown", why: "time-out" } }));
    const fate = this.ground.fateOf();
    if (fate === "request lost") return;
    this.ground.after(this.ground.latency() + (fate === "delayed" ? timeout : 0), () => {
      if (this.ground.isApiDown) return;
      const outcome = this.ground.lease.answer(request);
      if (fate !== "answer lost") this.later(this.ground.latency(), () => answer({ _tag: "Performed", now: this.now, sent, outcome }));
    });
  }

  private lead(): void {
    const leadership = leadershipOf(this.lease, this.now);
    const before = this.told;
    const isSame =
      leadership._tag === before._tag &&
      (leadership._tag === "Standby" ||
        (before._tag === "Leading" && before.until === leadership.until && before.term === leadership.term));
    if (isSame) return;
    this.told = leadership;
    if (leadership._tag === "Leading") this.at(leadership.until, () => this.lead());
    this.hear({ now: this.now, _tag: "Lease", leadership });
  }

  // --- the cluster --------------------------------------------------------------------------------------------------

  private hear(event: Event): void {
    let next = this.core.step(this.memory, event);
    for (let count = 0; next.decision._tag === "Act"; count++) {
      if (count > MOST_AT_ONCE) throw new Error(`${MOST_AT_ONCE} decisions at once, the last of them ${next.decision.because}`);
      this.memory = next.memory;
      this.ground.decided(this, next.decision.action, next.decision.because);
      this.begin(next.decision.action);
      next = this.core.step(this.memory, { now: this.now, _tag: "Woke" });
    }
    this.memory = next.memory;
    this.decision = next.decision;
    this.ground.heard(this);
    this.afterwards();
  }

  private afterwards(): void {
    const { decision } = this;
    if (decision._tag === "Wait") {
      if (decision.because === "SnapshotForgotten" && !this.isRelisting) this.relist();
      const { until } = decision;
      if (until !== undefined && until !== this.wakeAt) {
        this.wakeAt = until;
        this.at(until, () => {
          if (this.wakeAt !== until) return;
          this.wakeAt = undefined;
          this.hear({ now: this.now, _tag: "Woke" });
        });
      }
    }
    if (this.memory.leadership._tag === "Leading") for (const target of probeTargets(this.memory)) this.planProbe(target);
  }

  private relist(): void {
    this.isRelisting = true;
    const began = this.now;
    this.ground.after(this.ground.latency(), () => {
      const cluster = this.ground.isApiDown ? undefined : this.ground.cluster();
      this.later(this.ground.latency(), () => {
        this.isRelisting = false;
        if (cluster === undefined) this.later(RELIST_AFTER_MS, () => this.afterwards());
        else this.hear({ now: this.now, _tag: "Read", cluster, consistent: { began } });
      });
    });
  }

  private begin(action: Action): void {
    const { told } = this;
    const permitted = told._tag === "Leading" ? told.until - this.now : 0;
    let isOver = false;
    const answer = (outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      this.hear({ now: this.now, _tag: "Performed", action, outcome });
    };
    if (told._tag !== "Leading" || permitted <= 0) {
      this.later(0, () => answer({ _tag: "Refused", why: "the lease has run out", transient: true }));
      return;
    }
    const deadline = Math.min(isCommand(action) ? COMMAND_DEADLINE_MS : WRITE_DEADLINE_MS, permitted);
    this.later(deadline, () => answer({ _tag: "Unknown", why: "no answer in time" }));
    const fate = this.ground.fateOf();
    if (fate === "request lost") return;
    const travel = isCommand(action) ? this.ground.roundTrip() / 2 : this.ground.latency();
    this.ground.after(travel + (fate === "delayed" ? this.ground.delay() : 0), () => {
      const outcome = this.ground.arrive(this, action, told, fate === "delayed");
      // What nobody reads is answered by nobody: it is given up at its deadline.
      if (outcome === undefined || fate === "answer lost" || outcome._tag === "Unknown") return;
      const isWritten = outcome._tag === "Sent";
      this.later(isWritten ? deadline : travel, () => answer(outcome));
    });
  }

  private planProbe(target: Target): void {
    const key = `${target.uid} ${target.address}`;
    const state = this.asked.get(key) ?? { waiting: false, due: -1 };
    this.asked.set(key, state);
    if (state.waiting) return;
    const due = nextProbe(this.memory, target);
    if (state.due === due) return;
    state.due = due;
    this.at(due, () => {
      if (state.due !== due || state.waiting) return;
      state.due = -1; // whoever is not asked now is planned again
      if (this.memory.leadership._tag !== "Leading") return;
      if (!probeTargets(this.memory).some((one) => one.uid === target.uid && one.address === target.address)) return;
      this.probe(target, state);
    });
  }

  private probe(target: Target, state: Asked): void {
    state.waiting = true;
    const began = this.now;
    const trip = this.ground.roundTrip();
    const timeout = probeTimeout(this.memory);
    this.ground.after(trip / 2, () => {
      const heard = this.ground.probed(this, target);
      const isLost = heard._tag === "Silent" && heard.why === "Timeout";
      this.later(isLost ? timeout : trip / 2, () => {
        state.waiting = false;
        state.due = -1;
        this.hear({ ...heard, now: this.now, began });
      });
    });
  }
}
