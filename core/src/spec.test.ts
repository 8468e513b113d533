import { isSameQuantity, parseSpec, renderSpec } from "@gungnir/core";
import { describe, expect, test } from "vitest";

describe("a spec", () => {
  test("may be empty: three pods, a volume each, found silent after five seconds", () => {
    const { spec, invalid } = parseSpec({});
    expect(invalid).toEqual([]);
    expect(spec).toMatchObject({
      replicas: 3,
      port: 6379,
      persistence: { enabled: true, storageSize: "1Gi" },
      downAfter: 5000,
      waitReplicas: 1,
    });
  });

  test("with a bad field keeps what is served there, and takes over the rest", () => {
    const served = parseSpec({ replicas: 5, image: "valkey:8" }).spec;
    const { spec, invalid } = parseSpec({ replicas: 0, image: "valkey:9" }, served);
    expect(spec).toEqual({ ...served, image: "valkey:9" });
    expect(invalid).toEqual([{ field: "spec.replicas", value: "0", allowed: "a whole number from 1 to 9" }]);
  });

  test("that is asked to be silent before it is asked at all is refused, both times with the other", () => {
    const { spec, invalid } = parseSpec({ sentinel: { pingIntervalMs: 2000, downAfterMs: 1000 } });
    expect(invalid).toMatchObject([{ field: "spec.sentinel.downAfterMs", allowed: "at least spec.sentinel.pingIntervalMs (2000)" }]);
    expect(spec).toMatchObject({ downAfter: 5000, pingInterval: 500 });
  });

  test("cannot move its port or its volumes", () => {
    const served = parseSpec({}).spec;
    const { spec, invalid } = parseSpec({ port: 7000, persistence: { enabled: false, storageSize: "2Gi" } }, served);
    expect(spec).toEqual(served);
    expect(invalid.map((one) => one.field)).toEqual(["spec.persistence.enabled", "spec.persistence.storageSize", "spec.port"]);
  });

  test("names what is not served yet, and fields that nobody knows", () => {
    const { invalid } = parseSpec({ tls: { enabled: true }, restoreFrom: { backupName: "monday" }, sharding: 3 });
    expect(invalid.map((one) => one.field)).toEqual(["spec.restoreFrom.backupName", "spec.sharding", "spec.tls.enabled"]);
  });

  test("is the same after it was written out in full", () => {
    const { spec } = parseSpec({
      resources: { limits: { cpu: 2, memory: "1Gi" } },
      labels: { team: "a" },
      persistence: { storageClassName: "" },
    });
    expect(parseSpec(renderSpec(spec))).toEqual({ spec, invalid: [] });
  });
});

test("amounts are the same in whatever unit", () => {
  for (const [a, b] of [
    ["1", "1000m"],
    ["1Gi", "1024Mi"],
    ["0.5", "500m"],
    ["1e3", "1k"],
    ["1.5Gi", "1536Mi"],
  ] as const)
    expect([a, b, isSameQuantity(a, b)]).toEqual([a, b, true]);
  for (const [a, b] of [
    ["1Gi", "1G"],
    ["1", "1m"],
    ["1Gi", "text"],
  ] as const)
    expect([a, b, isSameQuantity(a, b)]).toEqual([a, b, false]);
});
