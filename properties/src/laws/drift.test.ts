// RC-7 and RC-13 by the rules of the API server: what it rewrites, fills in or leaves out is no drift, whatever really differs is. Too strict and the
// operator applies the same object for ever; too lax and a Service goes on sending writes elsewhere.
import { type Json, type JsonObject, differs, resourceVersion, uid } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";

/** Whether the object would be applied again, when this is wanted and that is there. */
const isDrift = (wanted: JsonObject, found: JsonObject, field = "spec"): boolean =>
  differs(
    { kind: "Service", name: "web", manifest: { [field]: wanted }, generate: [] },
    {
      kind: "Service",
      name: "web",
      uid: uid("u"),
      version: resourceVersion("1"),
      owned: true,
      deleting: false,
      manifest: { [field]: found },
    },
  );

it.each<readonly [string, JsonObject, JsonObject]>([
  ["what was wanted", { a: 1, b: ["x"], c: { d: null } }, { a: 1, b: ["x"], c: { d: null } }],
  ["a field that nobody asked for", { a: 1 }, { a: 1, b: 2 }],
  ["off, left out", { readOnly: false }, {}],
  ["nothing in it, left out", { a: {}, b: [] }, {}],
  ["off within what is left out", { a: { readOnly: false } }, {}],
  ["one amount written in two ways", { limits: { cpu: "1", memory: "1Gi" } }, { limits: { cpu: "1000m", memory: "1024Mi" } }],
  ["an amount written as a number", { requests: { cpu: "2" } }, { requests: { cpu: 2 } }],
  ["more amounts than were asked for", { limits: { cpu: "1" } }, { limits: { cpu: "1", memory: "1Gi" } }],
  [
    "containers in another order, and one of somebody else",
    { containers: [{ name: "a" }, { name: "b" }] },
    { containers: [{ name: "x" }, { name: "b", image: "i" }, { name: "a" }] },
  ],
  [
    "a port with what the server adds",
    { ports: [{ port: 1, protocol: "TCP" }] },
    {
      ports: [
        { port: 2, protocol: "TCP" },
        { port: 1, protocol: "TCP", nodePort: 3 },
      ],
    },
  ],
  [
    "variables, mounts, volumes and owners by their keys",
    { env: [{ name: "A" }], volumes: [{ name: "v" }], volumeMounts: [{ mountPath: "/d" }], ownerReferences: [{ uid: "u" }] },
    {
      env: [{ name: "B" }, { name: "A" }],
      volumes: [{ name: "w" }, { name: "v" }],
      volumeMounts: [{ mountPath: "/e" }, { mountPath: "/d" }],
      ownerReferences: [{ uid: "w" }, { uid: "u" }],
    },
  ],
  [
    "one constraint of many",
    { topologySpreadConstraints: [{ topologyKey: "zone", whenUnsatisfiable: "A", maxSkew: 1 }] },
    {
      topologySpreadConstraints: [
        { topologyKey: "zone", whenUnsatisfiable: "B", maxSkew: 2 },
        { topologyKey: "zone", whenUnsatisfiable: "A", maxSkew: 1 },
      ],
    },
  ],
  ["a selector of just these labels", { selector: { app: "a" } }, { selector: { app: "a" } }],
])("no drift: %s", (_, wanted, found) => {
  expect(isDrift(wanted, found)).toBe(false);
});

it.each<readonly [string, JsonObject, JsonObject]>([
  ["another value", { a: 1 }, { a: 2 }],
  ["another type", { a: 1 }, { a: "1" }],
  ["on, left out", { readOnly: true }, {}],
  ["on, where it was to be off", { readOnly: false }, { readOnly: true }],
  ["null in place of off", { readOnly: false }, { readOnly: null }],
  ["nothing where something was", { a: 1 }, {}],
  ["an empty text left out", { a: "" }, {}],
  ["zero left out", { a: 0 }, {}],
  ["a list in place of an object", { a: {} }, { a: [] }],
  ["an object in place of a list", { a: [] }, { a: {} }],
  ["a text in place of a list", { a: [] }, { a: "" }],
  ["a text in place of an object", { a: {} }, { a: "" }],
  ["another amount", { limits: { memory: "1Gi" } }, { limits: { memory: "1G" } }],
  ["an amount that is none", { limits: { memory: "1Gi" } }, { limits: { memory: true } }],
  ["a truth in place of an amount that reads like it", { limits: { memory: "true" } }, { limits: { memory: true } }],
  ["amounts that are not asked for by amount", { other: { cpu: "1" } }, { other: { cpu: "1000m" } }],
  ["one label more in a selector", { selector: { app: "a" } }, { selector: { app: "a", canary: "b" } }],
  ["another label in a selector", { selector: { app: "a" } }, { selector: { canary: "b" } }],
  ["one more label of a budget", { selector: { matchLabels: { app: "a" } } }, { selector: { matchLabels: { app: "a", canary: "b" } } }],
  ["one more label of an affinity", { labelSelector: { matchLabels: {} } }, { labelSelector: { matchLabels: {}, matchExpressions: [] } }],
  ["one more label of a node", { nodeSelector: { disk: "ssd" } }, { nodeSelector: { disk: "ssd", zone: "a" } }],
  ["a list that grew", { drop: ["ALL"] }, { drop: ["ALL", "X"] }],
  ["a list in another order", { command: ["a", "b"] }, { command: ["b", "a"] }],
  ["a list that shrank", { command: ["a", "b"] }, { command: ["a"] }],
  ["a list whose elements differ", { command: ["a"] }, { command: ["b"] }],
  [
    "a container that changed",
    { containers: [{ name: "a", image: "i" }] },
    {
      containers: [
        { name: "a", image: "j" },
        { name: "b", image: "i" },
      ],
    },
  ],
  ["one of two containers gone", { containers: [{ name: "a" }, { name: "b" }] }, { containers: [{ name: "a" }] }],
  ["a container that went", { containers: [{ name: "a" }] }, { containers: [{ name: "b" }] }],
  ["a port of another protocol", { ports: [{ port: 1, protocol: "TCP" }] }, { ports: [{ port: 1, protocol: "UDP" }] }],
  ["another port", { ports: [{ port: 1, name: "a" }] }, { ports: [{ port: 2, name: "a" }] }],
  ["another port of a container", { ports: [{ containerPort: 1 }] }, { ports: [{ containerPort: 2 }] }],
  [
    "the one constraint otherwise",
    { topologySpreadConstraints: [{ topologyKey: "zone", whenUnsatisfiable: "A", maxSkew: 1 }] },
    { topologySpreadConstraints: [{ topologyKey: "zone", whenUnsatisfiable: "B", maxSkew: 1 }] },
  ],
  ["another owner", { ownerReferences: [{ uid: "u", name: "web" }] }, { ownerReferences: [{ uid: "w", name: "web" }] }],
])("drift: %s", (_, wanted, found) => {
  expect(isDrift(wanted, found)).toBe(true);
});

it("elements that are no objects are told apart by what they are, where a list has keys", () => {
  expect(isDrift({ env: ["a"] }, { env: ["b", "a"] })).toBe(false);
  expect(isDrift({ env: ["a"] }, { env: ["b"] })).toBe(true);
  expect(isDrift({ env: [["name", "a"]] }, { env: [["name", "b"]] })).toBe(true);
});

it("names that every object of the language has are fields like any other", () => {
  const odd: JsonObject = JSON.parse('{"constructor":"x","toString":["y"],"__proto__":{"z":1}}');
  expect(isDrift(odd, odd)).toBe(false);
  for (const field of ["constructor", "toString", "hasOwnProperty"]) expect(isDrift({ [field]: "x" }, {})).toBe(true);
  expect(isDrift({ selector: { constructor: "x" } }, { selector: { constructor: "x" } })).toBe(false);
});

it("what kind of object it is is not compared, nor what is never read back: passwords", () => {
  for (const field of ["apiVersion", "kind", "stringData"]) expect(isDrift({ a: 1 }, {}, field)).toBe(false);
  for (const field of ["metadata", "spec", "data", "type"]) expect(isDrift({ a: 1 }, {}, field)).toBe(true);
});

const anyValue: fc.Arbitrary<Json> = fc.letrec<{ value: Json; list: Json; object: Json }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, fc.constantFrom<Json>(null, true, 1, "1", "x"), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom("a", "ports", "selector", "limits", "name"), tie("value"), { maxKeys: 3 }),
})).value;
test.prop([anyValue])("RC-7 whatever was wanted and is there to the letter is no drift", (value) => {
  expect(isDrift({ a: value }, { a: value })).toBe(false);
});
