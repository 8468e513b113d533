import { describe, expect, it } from "vitest";
import type { PodState } from "./polling.ts";
import { decisionIn, newLog } from "./operator-log.ts";
import { recordIn } from "./record.ts";
import { unsettledOf } from "./settled.ts";
import { linesOf } from "./view.ts";

const primary: PodState = {
  name: "web-0",
  address: "127.1.1.1",
  said: { role: "primary", runId: "a", offset: 100n, link: undefined, upstream: undefined, processId: 10 },
};
const replica = (name: string, changes: Partial<NonNullable<PodState["said"]>> = {}): PodState => ({
  name,
  address: `127.1.1.${name}`,
  said: { role: "replica", runId: name, offset: 100n, link: "up", upstream: "127.1.1.1", processId: 11, ...changes },
});
const record = { at: 0, epoch: 3, primary: { pod: "web-0", runId: "a", epoch: 3 }, intent: undefined };
const settled = { record, routedTo: "web-0", pods: [primary, replica("web-1"), replica("web-2")], replicas: 3, sameOffsets: true };

describe("a cluster seen from outside", () => {
  it("is settled when record, roles, links, offsets and the Service agree", () => {
    expect(unsettledOf(settled)).toEqual([]);
  });

  it.each([
    ["an intent", { record: { ...record, intent: { kind: "Failover", candidate: undefined } } }, "an intent stands (Failover, epoch 3)"],
    ["the Service elsewhere", { routedTo: "nobody" }, "writes are routed to nobody and not to web-0"],
    ["a missing pod", { pods: [primary, replica("web-1")] }, "2 pods of 3"],
    ["a second primary", { pods: [primary, replica("web-1"), replica("web-2", { role: "primary" })] }, "web-2 says primary beside web-0"],
    [
      "a link elsewhere",
      { pods: [primary, replica("web-1"), replica("web-2", { upstream: "127.0.0.1" })] },
      "web-2 is not linked to web-0",
    ],
    ["a lag", { pods: [primary, replica("web-1"), replica("web-2", { offset: 99n })] }, "web-2 is at offset 99, web-0 at 100"],
    ["another process", { record: { ...record, primary: { ...record.primary, runId: "b" } } }, "web-0 is another process than recorded"],
  ])("is not settled with %s", (_name, change, said) => {
    expect(unsettledOf({ ...settled, ...change })).toEqual([said]);
  });

  it("shows its record as the status has it, and nothing that it cannot read", () => {
    const metadata = { name: "web", uid: "u", resourceVersion: "1" };
    const candidate = { pod: "web-1", uid: "v", runId: "b" };
    const failover = { epoch: 4, primary: { ...record.primary, uid: "u" }, intent: { kind: "Failover", candidate } };
    expect(recordIn({ metadata, status: { failover } }, 7)).toEqual({
      at: 7,
      epoch: 4,
      primary: record.primary,
      intent: { kind: "Failover", candidate: { pod: "web-1", runId: "b" } },
    });
    expect(recordIn({ metadata, status: {} }, 7)).toBeUndefined();
  });

  it("is drawn as one row a pod", () => {
    const lines = linesOf({
      title: "web",
      phase: "Running",
      record,
      routedTo: "web-0",
      pods: settled.pods,
      acknowledged: { plain: 1, wait: 2 },
      writeGapMs: 1_500,
    });
    expect(lines.join("\n")).toContain("writes go to web-0");
    expect(lines.join("\n")).toContain("1.5 s ago");
    expect(lines.at(-1)).toContain("up to web-0");
  });
});

describe("the operator's log", () => {
  const line = JSON.stringify({ time: "2026-01-01T00:00:00.500Z", decision: "Act", action: "Claim", because: "PrimaryDead", epoch: 2 });

  it("gives decisions with their instants on this process's clock", () => {
    const at = Date.parse("2026-01-01T00:00:00.500Z") - performance.timeOrigin;
    expect(decisionIn(line)).toEqual({ at, epoch: 2, action: "Claim", because: "PrimaryDead" });
  });

  it("keeps every line for whoever has to look, and takes none but actions for decisions", () => {
    const log = newLog();
    for (const each of ["no JSON", "{", '{"decision":"Wait","because":"Drain"}', line]) log.accept(each);
    expect(log.decisions).toHaveLength(1);
    expect(log.lastLines).toHaveLength(4);
  });
});
