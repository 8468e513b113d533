// CRD: which labels, annotations and selectors a user may set. What is refused says what is allowed; what is Kubernetes' or ours stays so, else a user's label
// could hide a pod from its Service.
import { KEY_LENGTH, MAPS, NAME, TEXTS, fits, refusedEntry } from "@gungnir/core";
import { expect, test } from "vitest";

const KEYS = "keys of at most 63 letters, digits, dashes, dots and underscores, before them optionally a domain and a slash";
const RESERVED =
  "keys other than app.kubernetes.io/*, apps.kubernetes.io/*, statefulset.kubernetes.io/*, valkey.verilean.io/*, controller-revision-hash";
const long = (domain: number, name: number) => `${"d".repeat(domain)}/${"n".repeat(name)}`;

test.each([
  ["team", undefined],
  ["example.com/team", undefined],
  [long(KEY_LENGTH - 64, 63), undefined],
  [long(KEY_LENGTH - 63, 63), KEYS],
  [long(10, 64), KEYS],
  ["", KEYS],
  ["a b", KEYS],
  ["-team", KEYS],
  ["Example.com/team", KEYS],
  ["app.kubernetes.io/name", RESERVED],
  ["apps.kubernetes.io/pod-index", RESERVED],
  ["statefulset.kubernetes.io/pod-name", RESERVED],
  ["valkey.verilean.io/role", RESERVED],
  ["controller-revision-hash", RESERVED],
  ["controller-revision-hashes", undefined],
  ["my-controller-revision-hash", undefined],
  ["not-app.kubernetes.io/name", undefined],
  ["app.kubernetes.io", undefined],
] as const)("a label %s is taken, or it is said why not", (key, refused) => {
  expect(refusedEntry(MAPS.labels, key, "value")).toBe(refused);
});

test("a value is refused by what may stand there", () => {
  expect(refusedEntry(MAPS.labels, "team", "a b")).toBe("at most 63 letters, digits, dashes, dots and underscores");
  expect(refusedEntry(MAPS.labels, "team", "")).toBeUndefined();
  expect(refusedEntry(MAPS.annotations, "note", "a b\n")).toBeUndefined();
  expect(refusedEntry(MAPS.annotations, "note", "a".repeat(4_097))).toBe("text of at most 4096 characters");
  expect(refusedEntry(MAPS.annotations, "valkey.verilean.io/switchover", "3")).toBe("keys other than valkey.verilean.io/*");
  expect(refusedEntry(MAPS["resources.limits"], "memory", "much")).toBe("an amount, as 500m or 1Gi");
});

test("a length is one of characters, as the schema counts them", () => {
  const note = MAPS.annotations.value;
  expect(fits(note, "𝄞".repeat(4_096))).toBe(true);
  expect(fits(note, "𝄞".repeat(4_097))).toBe(false);
  expect([fits(NAME, "w".repeat(52)), fits(NAME, "w".repeat(53)), fits(NAME, "Web"), fits(TEXTS.image, "valkey:8")]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
