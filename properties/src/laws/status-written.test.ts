// ST-3, RC-7: when a status is written. Every field that a user reads is news when it changes, the time of writing alone never is; and a failover is not
// slowed by telling of it.
import { type Json, type Observation, type Stance, type Status, after, failover, report, statusOf, timestampOf } from "@gungnir/core";
import { expect, it } from "vitest";
import { serving } from "../regressions/driven.ts";
import { changedAt, converged, leavesOf } from "./objects.ts";
import { FENCING, type Moment, NOW, SINCE, mind, moment, silentFor, streaming } from "./situation.ts";

const HEARD = [mind(0, serving(100n)), mind(1, streaming(1)), mind(2, streaming(2))];
const usual = moment({ health: HEARD });
const STATUS = statusOf(usual, []);
const withStatus = (status: Status | undefined, given: Moment = {}): Observation => {
  const { cluster, ...rest } = moment(given);
  return { ...rest, cluster: status === undefined ? cluster : { ...cluster, status } };
};
const isJson = (value: unknown): value is Json => typeof value === "object";
const isStatus = (value: unknown): value is Status => typeof value === "object";
/** The status with the leaf at the path made another. */
const edited = (path: readonly (string | number)[]): Status => {
  const status: unknown = JSON.parse(JSON.stringify(STATUS));
  const other = isJson(status)
    ? changedAt(status, path, (value) => (typeof value === "number" ? value + 1 : `${JSON.stringify(value)}x`))
    : {};
  return isStatus(other) ? other : STATUS;
};
const said = (stance: Stance): string =>
  stance === undefined ? "content" : stance._tag === "Act" ? `${stance.action._tag} ${stance.because}` : stance.because;

it("ST-3 what is as it was told is not told again, and each single field that is not is", () => {
  expect(report(withStatus(STATUS), [])).toBeUndefined();
  const leaves = leavesOf(JSON.parse(JSON.stringify(STATUS)));
  expect(leaves.length).toBeGreaterThan(60);
  for (const path of leaves) {
    const [first, at, field] = path;
    // An entry of a pod is made anew where it says something else than time; a time of transition is the word of the status itself.
    const isKept =
      first === "lastReconcileTime" ||
      (first === "nodeStatuses" && (field === "offset" || field === "lag")) ||
      field === "lastTransitionTime";
    expect([first, at, field, said(report(withStatus(edited(path)), []))]).toEqual([
      first,
      at,
      field,
      isKept ? "content" : "Report StatusChanged",
    ]);
  }
});

it("ST-3 an entry more or less is news, and so is the first status of all", () => {
  for (const list of ["nodeStatuses", "conditions"] as const) {
    expect(said(report(withStatus({ ...STATUS, [list]: STATUS[list].slice(1) }), []))).toBe("Report StatusChanged");
    expect(said(report(withStatus({ ...STATUS, [list]: STATUS[list].slice(0, -1) }), []))).toBe("Report StatusChanged");
    expect(said(report(withStatus({ ...STATUS, [list]: [...STATUS[list], ...STATUS[list].slice(0, 1)] }), []))).toBe(
      "Report StatusChanged",
    );
  }
  const { record: _, ...begins } = usual.cluster;
  expect(said(report({ ...usual, cluster: begins, epochSince: NOW }, []))).toBe("Report StatusChanged");
  const stance = report(withStatus(undefined), []);
  expect(stance).toEqual({ _tag: "Act", action: { _tag: "Report", status: STATUS, at: usual.cluster.version }, because: "StatusChanged" });
});

const degraded = (observation: Observation) => statusOf(observation).conditions.find((one) => one.type === "Degraded");
it("what failover and objects say is asked for where nobody brings it", () => {
  const whole = converged(usual.cluster);
  const taken = whole.objects.map((one) => (one.kind === "ConfigMap" ? { ...one, owned: false } : one));
  expect(degraded({ ...usual, cluster: whole })).toMatchObject({ status: "False" });
  expect(degraded({ ...usual, cluster: { ...whole, objects: taken } })).toMatchObject({ status: "True", reason: "ForeignObject" });
  const unheard = moment({
    health: [mind(0, "never", silentFor(40_000)), mind(1, "never", silentFor(40_000)), mind(2, "never", silentFor(40_000))],
  });
  const lost = { ...unheard, cluster: { ...unheard.cluster, objects: whole.objects } };
  expect(degraded(lost)).toMatchObject({ status: "True", reason: said(failover(lost)) });
  expect(said(report(lost))).toBe("Report StatusChanged");
});

it("ST-3 of a failover of a second nothing is told before its end; of a longer one it is", () => {
  const told = (ago: number, given: Moment = { record: FENCING }) =>
    report(withStatus(undefined, { ...given, epochSince: after(NOW, -ago) }), []);
  expect(told(999)).toEqual({ _tag: "Wait", until: after(NOW, 1), because: "StatusThrottled" });
  expect(told(0)).toEqual({ _tag: "Wait", until: after(NOW, 1_000), because: "StatusThrottled" });
  expect(said(told(1_000))).toBe("Report StatusChanged");
  expect(said(told(0, {}))).toBe("Report StatusChanged");
  expect(said(report({ ...withStatus(undefined, { record: FENCING }), epochSince: SINCE }, []))).toBe("Report StatusChanged");
});

const times = (status: Status | undefined) => statusOf(withStatus(status), []).conditions.map((one) => one.lastTransitionTime);
it("ST-3 a transition is of the moment at which the value changed", () => {
  const since = timestampOf(SINCE);
  const before: Status = { ...STATUS, conditions: STATUS.conditions.map((one) => ({ ...one, lastTransitionTime: since })) };
  const all = (time: string) => STATUS.conditions.map(() => time);
  expect(times(before)).toEqual(all(since));
  expect(times(undefined)).toEqual(all(timestampOf(NOW)));
  const turned: Status = {
    ...before,
    conditions: before.conditions.map((one) => ({ ...one, status: one.status === "True" ? "False" : "True" })),
  };
  expect(times(turned)).toEqual(all(timestampOf(NOW)));
  const reworded: Status = { ...before, conditions: before.conditions.map((one) => ({ ...one, reason: "Another", message: "another" })) };
  expect(times(reworded)).toEqual(all(since));
});
