// CRD: what of a spec is served. A refused field keeps what is served there and stops nothing else; its refusal names the field, what it holds and what
// it may hold, because that is all a user sees of it.
import { INTEGERS, type Json, MAPS, TEXTS, parseSpec, renderSpec } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { WRONG, changed } from "./json.ts";
import { anySpec, valueAt } from "./objects.ts";

const at = (json: Json, path: string) => valueAt(json, ...path.split("."));
/** A spec with this one field, and what becomes of the field. */
const asked = (path: string, value: Json | undefined, served?: ReturnType<typeof parseSpec>["spec"]) => {
  const { spec, invalid } = parseSpec(value === undefined ? {} : changed({}, path, value), served);
  return { served: at(renderSpec(spec), path), invalid };
};
const refusal = (path: string, value: string, allowed: string) => [{ field: `spec.${path}`, value, allowed }];

const SERVED = parseSpec({
  replicas: 5,
  image: "valkey:7",
  port: 7000,
  persistence: { enabled: true, storageSize: "2Gi", storageClassName: "fast" },
  resources: { requests: { cpu: 2 }, limits: { memory: "1Gi" } },
  sentinel: { pingIntervalMs: 300, downAfterMs: 4000, failoverTimeoutMs: 30_000 },
  durability: { waitReplicas: 2, onMissingQuorum: "PreferAvailability" },
  recovery: { waitMs: 5000 },
  labels: { team: "a" },
  annotations: { note: "b" },
  nodeSelector: { disk: "ssd" },
}).spec;

it.each(Object.entries(INTEGERS))("%s is a whole number within its bounds, or what it was", (path, { minimum, maximum, standard }) => {
  for (const value of [undefined, null, standard]) expect(asked(path, value)).toEqual({ served: standard, invalid: [] });
  // Two that have to fit one another: the other one stands at its standard.
  const others =
    path === "sentinel.pingIntervalMs" ? [minimum, 5000] : path === "sentinel.downAfterMs" ? [500, maximum] : [minimum, maximum];
  for (const value of others) expect(asked(path, value)).toEqual({ served: value, invalid: [] });
  for (const value of [minimum - 1, maximum + 1, standard + 0.5, "3", true, {}, []]) {
    const allowed = `a whole number from ${minimum} to ${maximum}`;
    expect(asked(path, value)).toEqual({ served: standard, invalid: refusal(path, JSON.stringify(value), allowed) });
    const kept = asked(path, value, SERVED);
    expect(kept.served).toEqual(at(renderSpec(SERVED), path));
    expect(kept.invalid).toEqual(expect.arrayContaining(refusal(path, JSON.stringify(value), allowed)));
  }
});

it.each([
  ["image", "docker.io/valkey/valkey:8.0.1", ["valkey:8", "i".repeat(512)], ["", " valkey", "-", "i".repeat(513), 5, {}]],
  ["persistence.storageSize", "1Gi", ["2Gi", "0.5Ti", "500M"], ["", "0", "-1Gi", "1 Gi", 5]],
  ["persistence.storageClassName", undefined, ["fast", ""], ["Fast", "-", 5, true]],
] as const)("%s is a text of its form, or what it was", (path, standard, right, wrong) => {
  for (const value of [undefined, null]) expect(asked(path, value)).toEqual({ served: standard, invalid: [] });
  for (const value of right) expect(asked(path, value)).toEqual({ served: value, invalid: [] });
  for (const value of wrong) {
    const text = JSON.stringify(value);
    const invalid = refusal(path, text.length > 100 ? `${text.slice(0, 100)}…` : text, TEXTS[path].allowed);
    expect(asked(path, value)).toEqual({ served: standard, invalid });
    expect(asked(path, value, SERVED)).toMatchObject({ served: at(renderSpec(SERVED), path), invalid: expect.arrayContaining(invalid) });
  }
});

it("persistence.enabled and the policy are one of their words, or what they were", () => {
  for (const value of [undefined, null, true]) expect(asked("persistence.enabled", value)).toEqual({ served: true, invalid: [] });
  expect(asked("persistence.enabled", false)).toEqual({ served: false, invalid: [] });
  const off = parseSpec({ persistence: { enabled: false } }).spec;
  expect(asked("persistence.enabled", "no", off)).toEqual({
    served: false,
    invalid: refusal("persistence.enabled", '"no"', "true or false"),
  });
  expect(asked("persistence.enabled", 1)).toEqual({ served: true, invalid: refusal("persistence.enabled", "1", "true or false") });
  const policy = "durability.onMissingQuorum";
  for (const value of [undefined, null, "PreferConsistency"]) expect(asked(policy, value, SERVED).served).toBe("PreferConsistency");
  expect(asked(policy, "PreferAvailability")).toEqual({ served: "PreferAvailability", invalid: [] });
  for (const value of ["Sometimes", 5, {}]) {
    const invalid = refusal(policy, JSON.stringify(value), "PreferConsistency or PreferAvailability");
    expect(asked(policy, value)).toEqual({ served: "PreferConsistency", invalid });
    expect(asked(policy, value, SERVED)).toMatchObject({ served: "PreferAvailability", invalid: expect.arrayContaining(invalid) });
  }
});

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "1"]));
const labels = "at most 63 letters, digits, dashes, dots and underscores";
const keys = `keys of ${labels}, before them optionally a domain and a slash`;
it.each<readonly [keyof typeof MAPS, { readonly [key: string]: string | number }, readonly (readonly [string, Json, string])[]]>([
  [
    "labels",
    { a: "b", "example.com/c": "" },
    [
      ["a", "ü", labels],
      ["a", 5, labels],
      ["a b", "c", keys],
      [
        "app.kubernetes.io/x",
        "c",
        "keys other than app.kubernetes.io/*, apps.kubernetes.io/*, statefulset.kubernetes.io/*, valkey.verilean.io/*, controller-revision-hash",
      ],
      [
        "controller-revision-hash",
        "c",
        "keys other than app.kubernetes.io/*, apps.kubernetes.io/*, statefulset.kubernetes.io/*, valkey.verilean.io/*, controller-revision-hash",
      ],
    ],
  ],
  [
    "annotations",
    { a: "any text, ü\n" },
    [
      ["a", 5, "text of at most 4096 characters"],
      ["a", "x".repeat(4097), "text of at most 4096 characters"],
      ["valkey.verilean.io/x", "c", "keys other than valkey.verilean.io/*"],
    ],
  ],
  [
    "nodeSelector",
    { disk: "ssd" },
    [
      ["disk", "ü", labels],
      ["k".repeat(64), "a", keys],
      [`${"k".repeat(254)}/${"k".repeat(63)}`, "a", keys],
    ],
  ],
  [
    "resources.requests",
    { cpu: "500m", memory: 1 },
    [
      ["cpu", "much", "an amount, as 500m or 1Gi"],
      ["cpu", 0.5, "an amount, as 500m or 1Gi"],
      ["cpu", -1, "an amount, as 500m or 1Gi"],
      ["cpu", true, "an amount, as 500m or 1Gi"],
    ],
  ],
  [
    "resources.limits",
    { cpu: 2, memory: "1.5Gi" },
    [
      ["cpu", "", "an amount, as 500m or 1Gi"],
      ["a b", "1", keys],
    ],
  ],
])("%s maps keys to values of their form, or is what it was", (path, right, wrong) => {
  const texts = Object.fromEntries(Object.entries(right).map(([key, value]) => [key, String(value)]));
  expect(asked(path, right)).toEqual({ served: texts, invalid: [] });
  const nothing = path.startsWith("resources.") ? undefined : {};
  for (const value of [undefined, null, {}]) expect(asked(path, value, SERVED).served).toEqual(nothing);
  const before = at(renderSpec(SERVED), path);
  for (const [key, value, allowed] of wrong) {
    const text = JSON.stringify(value);
    const invalid = refusal(`${path}.${key}`, text.length > 100 ? `${text.slice(0, 100)}…` : text, allowed);
    const { spec, invalid: found } = parseSpec(changed({}, path, { ...right, [key]: value }));
    expect([found, at(renderSpec(spec), path)]).toEqual([invalid, nothing]);
    expect(at(renderSpec(parseSpec(changed({}, path, { [key]: value }), SERVED).spec), path)).toEqual(before);
  }
  for (const value of ["text", 5, []])
    expect(asked(path, value).invalid).toContainEqual({ field: `spec.${path}`, value: JSON.stringify(value), allowed: "an object" });
  const { maxProperties } = MAPS[path];
  expect(asked(path, many(maxProperties)).invalid).toEqual([]);
  expect(asked(path, many(maxProperties + 1)).invalid).toEqual(
    refusal(path, String(maxProperties + 1), `at most ${maxProperties} entries`),
  );
});

it("a process is not found silent before it was asked: both are what they were", () => {
  expect(parseSpec({ sentinel: { pingIntervalMs: 700, downAfterMs: 700 } })).toMatchObject({
    invalid: [],
    spec: { pingInterval: 700, downAfter: 700 },
  });
  const { spec, invalid } = parseSpec({ sentinel: { pingIntervalMs: 700, downAfterMs: 699 } }, SERVED);
  expect(invalid).toContainEqual({
    field: "spec.sentinel.downAfterMs",
    value: "699",
    allowed: "at least spec.sentinel.pingIntervalMs (700)",
  });
  expect(spec).toMatchObject({ pingInterval: 300, downAfter: 4000 });
});

it("the port and the volumes stay what they were, each refusal says what that is, and asking for the same is no change", () => {
  const same = { port: 7000, persistence: { enabled: true, storageSize: "2Gi", storageClassName: "fast" } };
  expect(parseSpec(same, SERVED)).toMatchObject({ invalid: [], spec: same });
  const other = { port: 7001, persistence: { enabled: false, storageSize: "3Gi" } };
  expect(parseSpec(other, SERVED)).toMatchObject({
    spec: same,
    invalid: [
      { field: "spec.persistence.enabled", value: "false", allowed: "true, as it was: it cannot be changed; create a new cluster" },
      {
        field: "spec.persistence.storageClassName",
        value: "nothing",
        allowed: "fast, as it was: it cannot be changed; create a new cluster",
      },
      { field: "spec.persistence.storageSize", value: '"3Gi"', allowed: "2Gi, as it was: it cannot be changed yet" },
      { field: "spec.port", value: "7001", allowed: "7000, as it was: it cannot be changed; create a new cluster" },
    ],
  });
  const nonsense = { ...same, persistence: { ...same.persistence, storageClassName: "-" } };
  expect(parseSpec(nonsense, SERVED)).toMatchObject({
    spec: same,
    invalid: [{ field: "spec.persistence.storageClassName", value: '"-"' }],
  });
  expect(parseSpec(nonsense, SERVED).invalid.length).toBe(1);
  const unnamed = parseSpec({}).spec;
  expect(parseSpec({ persistence: { storageClassName: "fast" } }, unnamed).invalid).toEqual(
    refusal("persistence.storageClassName", '"fast"', "left out, as it was: it cannot be changed; create a new cluster"),
  );
});

it.each<readonly [string, Json, Json, string]>([
  ["tls.enabled", true, false, "false: TLS is not served yet"],
  ["tls.certSecretName", "web-tls", "", "the empty name: TLS is not served yet"],
  ["restoreFrom.backupName", "monday", "", "the empty name: restoring is not served yet; leave spec.restoreFrom out"],
])("%s is not served yet, and off is accepted", (path, on, off, allowed) => {
  expect(asked(path, on).invalid).toEqual(refusal(path, JSON.stringify(on), allowed));
  for (const value of [off, null, undefined]) expect(asked(path, value).invalid).toEqual([]);
});

it("fields that nobody knows and values where an object has to be are named, and nothing else suffers", () => {
  const nothing = "nothing: this version does not know the field; remove it";
  for (const path of ["sharding", "sentinel.quorum", "persistence.toString", "toString"])
    expect(parseSpec(changed({ replicas: 5 }, path, 3))).toMatchObject({ invalid: refusal(path, "3", nothing), spec: { replicas: 5 } });
  for (const path of ["persistence", "sentinel", "resources", "durability", "recovery", "tls", "restoreFrom"]) {
    for (const wrong of ["text", 5, true, []])
      expect(parseSpec({ replicas: 5, [path]: wrong })).toMatchObject({
        invalid: refusal(path, JSON.stringify(wrong), "an object"),
        spec: { replicas: 5 },
      });
    for (const none of [null, {}]) expect(parseSpec({ replicas: 5, [path]: none })).toEqual(parseSpec({ replicas: 5 }));
  }
  for (const none of [undefined, null]) expect(parseSpec(none)).toEqual(parseSpec({}));
  for (const wrong of WRONG.filter((one) => one === true || Array.isArray(one)))
    expect(parseSpec(wrong).invalid).toEqual([{ field: "spec", value: JSON.stringify(wrong), allowed: "an object" }]);
});

const shown = (value: Json) => parseSpec({ replicas: value }).invalid[0]?.value;
it("a refusal shows the value as it is compared, as far as a hundred characters", () => {
  expect(shown([1, "2", null])).toBe('[1,"2",null]');
  expect(shown({ b: 1, a: { d: [], c: true } })).toBe('{"a":{"c":true,"d":[]},"b":1}');
  expect(shown([{ b: 1, a: 2 }])).toBe('[{"a":2,"b":1}]');
  expect(shown("x".repeat(98))).toBe(`"${"x".repeat(98)}"`);
  expect(shown("x".repeat(99))).toBe(`"${"x".repeat(99)}…`);
});

it("refusals come in the order of their fields", () => {
  const { invalid } = parseSpec({ replicas: 0, port: 0, image: 5, z: 1, a: 1, labels: 5 });
  expect(invalid.map((one) => one.field)).toEqual(["spec.a", "spec.image", "spec.labels", "spec.port", "spec.replicas", "spec.z"]);
});

test.prop([anySpec, fc.constantFrom(...Object.keys(INTEGERS))])(
  "a spec that is served is refused nothing, and one bad field changes no other",
  (spec, path) => {
    const written = renderSpec(spec);
    expect(parseSpec(written, spec)).toEqual({ spec, invalid: [] });
    const { spec: after, invalid } = parseSpec(changed(written, path, "nonsense"), spec);
    expect(after).toEqual(spec);
    expect(invalid.map((one) => one.field)).toContain(`spec.${path}`);
  },
);
