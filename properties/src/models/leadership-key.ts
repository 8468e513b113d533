// The key of a world in which two contend for a Lease: what is left of it when everything is forgotten on which nothing
// depends any more. Hence the search ends although clocks and versions do not.
import { type Instant, type LeaseRequest, outcomeOfLease } from "@gungnir/core";
import type { Clock, LeaseModelOptions, LeaseWorld, Message } from "./leadership.ts";

/**
 * Who wrote what is forgotten but for its order of appearance, and what can never be met again altogether. Times are ages on
 * the clock of whoever remembers them.
 */
export const keyOf = (world: LeaseWorld, clock: Clock, { timing }: LeaseModelOptions): string => {
  const { stored } = world;
  const going = world.messages.flatMap(({ request, answer }) => (answer === undefined && request._tag !== "Read" ? [request.spec] : []));
  const coming = world.messages.flatMap(({ answer }) => (answer === undefined ? [] : [outcomeOfLease({ _tag: "Read" }, answer)]));
  const leases = coming.flatMap((outcome) => (outcome._tag === "Seen" ? [outcome.lease] : []));

  // What stands in the Lease now comes first, then what is on its way: everything else is old.
  const texts = unique([
    ...(stored === undefined ? [] : [said(stored.spec["holderIdentity"], stored.spec["renewTime"])]),
    ...leases.map(({ holder, renewTime }) => said(holder, renewTime)),
    ...going.map(({ holderIdentity, renewTime }) => said(holderIdentity, renewTime)),
  ]);
  const rank = (text: string): number => texts.indexOf(text);
  const versions = unique([stored?.version ?? 0, ...leases.map(({ version }) => Number(version))]);
  const versionRank = (version: unknown): number => versions.indexOf(Number(version));
  const holderOf = (name: unknown): unknown => {
    const who = world.contenders.findIndex(({ memory }) => memory.identity === name);
    return who === -1 ? name === "" : who;
  };
  const standing = (holder: unknown, renewTime: unknown, version: unknown) => [
    holderOf(holder),
    rank(said(holder, renewTime)),
    versionRank(version),
  ];
  const asking = (request: LeaseRequest): readonly unknown[] => {
    if (request._tag === "Read") return ["Read"];
    const spec = [holderOf(request.spec.holderIdentity), rank(said(request.spec.holderIdentity, request.spec.renewTime))];
    return request._tag === "Create" ? ["Create", ...spec] : [request._tag, versionRank(request.at), ...spec];
  };

  return JSON.stringify([
    world.faults,
    stored === undefined ? 0 : holderOf(stored.spec["holderIdentity"]),
    world.contenders.map(({ memory, decision }, who) => {
      const now = clock(world, who);
      const age = (then: Instant | undefined, limit: number): number => (then === undefined ? -1 : Math.min(now - then, limit));
      const { seen, inFlight, asked, held, written } = memory;
      const lease = seen?.lease;
      const mine = written === undefined ? undefined : rank(said(memory.identity, written.renewTime));
      return [
        lease === undefined || typeof lease === "string" ? lease : standing(lease.holder, lease.renewTime, lease.version),
        age(seen?.since, timing.duration),
        memory.stale,
        inFlight === undefined ? 0 : [inFlight.request._tag, age(inFlight.sent, timing.timeout)],
        age(asked?.sent, timing.retry),
        asked?.look,
        mine,
        mine === undefined || mine === -1 ? 0 : age(written?.sent, timing.renewDeadline),
        age(held?.sent, timing.renewDeadline),
        memory.stopping,
        decision._tag === "Wait" && decision.until !== undefined ? Math.max(decision.until - now, 0) : decision._tag,
      ];
    }),
    world.messages.map((message) => {
      const { from, request, answer } = message;
      if (answer === undefined) return [from, isAwaited(world, message), asking(request)];
      const outcome = outcomeOfLease({ _tag: "Read" }, answer);
      const shown = outcome._tag === "Seen" ? standing(outcome.lease.holder, outcome.lease.renewTime, outcome.lease.version) : outcome._tag;
      return [from, request._tag, shown];
    }),
  ]);
};

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];

/** One write, as it can be told from any other. */
const said = (holder: unknown, renewTime: unknown): string => `${String(holder)} ${String(renewTime)}`;

/** Somebody waits for the answer: the contender lives, and has not given up. */
export const isAwaited = ({ contenders }: LeaseWorld, { from, life, sent }: Message): boolean =>
  contenders[from]?.life === life && contenders[from].memory.inFlight?.sent === sent;
