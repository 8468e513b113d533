// What the operator may do is what it does: one right too few and a cluster is never repaired, one too many and whoever takes the operator over
// has it. No right deletes anything: data is deleted by people.
import { type Reach, leasePermissions, policyRules, WATCHED, writePermissions } from "@gungnir/core";
import { expect, it } from "vitest";

const REACHES: readonly Reach[] = ["cluster", "namespace"];
/** `group/resource verb`, one each. */
const rightsOf = (reach: Reach): readonly string[] =>
  policyRules(reach).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`))),
  );
const NODES = ["/nodes list", "/nodes watch"];

it("every write, every list and watch, and the Lease are allowed, and beyond them Events, and to own objects", () => {
  const used = [
    ...[...writePermissions(), ...leasePermissions].map(({ group, resource, verb }) => `${group}/${resource} ${verb}`),
    ...WATCHED.flatMap(({ group, resource }) => [`${group}/${resource} list`, `${group}/${resource} watch`]),
  ];
  const besides = ["/events create", "/events patch", "valkey.verilean.io/valkeyclusters/finalizers update"];
  expect([...rightsOf("namespace")].toSorted()).toEqual([...new Set([...used, ...besides])].toSorted());
  expect(rightsOf("namespace").filter((right) => / (?:delete|deletecollection|\*)$|\*/.test(right))).toEqual([]);
});

it("serving the whole cluster takes one right more: to look at nodes", () => {
  expect([...rightsOf("cluster")].toSorted()).toEqual([...rightsOf("namespace"), ...NODES].toSorted());
});

it("rights are written down once each, sorted, what needs the same together", () => {
  for (const reach of REACHES) {
    const rules = policyRules(reach);
    expect(new Set(rightsOf(reach)).size).toBe(rightsOf(reach).length);
    expect(new Set(rules.map(({ apiGroups, verbs }) => JSON.stringify([apiGroups, verbs]))).size).toBe(rules.length);
    for (const { apiGroups, resources, verbs } of rules) {
      expect(apiGroups).toHaveLength(1);
      expect([resources, verbs]).toEqual([resources.toSorted(), verbs.toSorted()]);
    }
    const first = rules.map(({ apiGroups: [group], resources: [resource] }) => `${group}/${resource}`);
    expect(first).toEqual(first.toSorted());
  }
});
