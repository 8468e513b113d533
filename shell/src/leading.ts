// The Lease, carried: core decides when to look, take, renew and give back; here the requests are sent and their outcomes
// told. One request at a time, and one timer.
import {
  initialLease,
  type LeaseEvent,
  type LeaseMemory,
  type LeaseName,
  type LeaseTiming,
  type Leadership,
  leadershipOf,
  milliseconds,
  outcomeOfLease,
  requestOfLease,
  stepLease,
} from "@gungnir/core";
import { now } from "./clock.ts";
import type { Config } from "./config.ts";
import type { ApiClient } from "./kubernetes/client.ts";

export type Leader = {
  current(): Leadership;
  /** Gives the Lease back; settles when that is done or given up. Only after everything that needed it has ended. */
  release(): Promise<void>;
};

/** Core wants two requests to fit into a permit. */
export function timingOf(config: Config): LeaseTiming {
  return {
    duration: milliseconds(config.leaseDurationMs),
    renewDeadline: milliseconds(config.leaseRenewDeadlineMs),
    retry: milliseconds(config.leaseRetryMs),
    timeout: milliseconds(Math.floor(config.leaseRenewDeadlineMs / 2)),
  };
}

export type LeadingOptions = {
  readonly client: ApiClient;
  readonly lease: LeaseName;
  readonly identity: string;
  readonly timing: LeaseTiming;
  /** Told of every change, a longer permit included. */
  readonly onChange: (leadership: Leadership) => void;
  readonly onProblem: (why: string) => void;
};

/** Contends from now on. */
export function lead(options: LeadingOptions): Leader {
  const { client, lease, identity, timing, onChange, onProblem } = options;
  let memory: LeaseMemory = initialLease(identity, timing);
  let told: Leadership = { _tag: "Standby" };
  let timer: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  const released = Promise.withResolvers<void>();

  const tell = (): void => {
    const next = leadershipOf(memory, now());
    if (JSON.stringify(next) === JSON.stringify(told)) return;
    told = next;
    clearTimeout(expiry);
    if (next._tag === "Leading") expiry = setTimeout(tell, Math.max(1, next.until - now() + 1));
    onChange(next);
  };
  const turn = (event: LeaseEvent): void => {
    const next = stepLease(memory, event);
    memory = next.memory;
    tell();
    clearTimeout(timer);
    const { decision } = next;
    switch (decision._tag) {
      case "Ask":
        void ask(decision.request, decision.timeout);
        return;
      case "Wait":
        if (decision.until !== undefined) timer = setTimeout(() => turn({ now: now(), _tag: "Woke" }), Math.max(0, decision.until - now()));
        return;
      case "Released":
        clearTimeout(expiry);
        released.resolve();
    }
  };
  const ask = async (request: Parameters<typeof requestOfLease>[0], timeoutMs: number): Promise<void> => {
    const sent = memory.inFlight?.sent ?? now();
    const answer = await client.request({ ...requestOfLease(request, lease), timeoutMs });
    const outcome = outcomeOfLease(request, answer);
    if (outcome._tag === "Refused" || outcome._tag === "Unknown") onProblem(`Lease ${lease.namespace}/${lease.name}: ${outcome.why}`);
    turn({ now: now(), _tag: "Performed", sent, outcome });
  };

  turn({ now: now(), _tag: "Woke" });
  return {
    current: () => leadershipOf(memory, now()),
    release: () => {
      turn({ now: now(), _tag: "Stopped" });
      return released.promise;
    },
  };
}
