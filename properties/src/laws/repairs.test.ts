// What is written about objects that are there already: what is ours, as the user wrote it, and nothing else.
import { type Action, type Cluster, type Desired, type Memory, desiredObjects, instant, nameOf, step } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect } from "vitest";
import { leader } from "./cluster.ts";
import { anyCluster, converged, isObject, valueAt } from "./objects.ts";

const START = 1_000_000;

/** What is written about objects, with none of it carried out. */
const writesOf = (cluster: Cluster): readonly Action[] => {
  const written: Action[] = [];
  let stepped = step(leader(cluster, START), { now: instant(START), _tag: "Woke" });
  for (let count = 0; stepped.decision._tag === "Act" && count < 40; count++) {
    const { action } = stepped.decision;
    written.push(action);
    const refused: Memory = step(stepped.memory, {
      now: instant(START),
      _tag: "Performed",
      action,
      outcome: { _tag: "Refused", why: "403", transient: false },
    }).memory;
    stepped = step({ ...refused, inFlight: [] }, { now: instant(START), _tag: "Woke" });
  }
  return written;
};
const appliedIn = (actions: readonly Action[]): readonly Desired[] =>
  actions.flatMap((action) => ("object" in action ? [action.object] : []));

const textIn = (json: unknown): string => (typeof json === "string" ? json : "");

// Seen to fail: the mutant "D-34 foreign", which overwrites it.
test.prop([anyCluster, fc.nat(20)], { numRuns: 40 })("RC-8 an object that somebody else controls is never written", (cluster, which) => {
  const there = converged(cluster);
  const foreign = there.objects[which % there.objects.length];
  if (foreign === undefined) return;
  const theirs = { ...foreign, owned: false, manifest: { ...foreign.manifest, metadata: { name: foreign.name }, spec: { theirs: true } } };
  const objects = there.objects.map((one) => (one === foreign ? theirs : one));
  const written = appliedIn(writesOf({ ...there, objects }));
  expect(written.filter((one) => one.kind === foreign.kind && one.name === foreign.name)).toEqual([]);
});

// Seen to fail: the mutant D-38, which applies what it read.
test.prop([anyCluster, fc.nat(20)], { numRuns: 40 })(
  "RC-13 a repair names what is ours and leaves the rest to whose it is",
  (cluster, which) => {
    const there = converged(cluster);
    const drifted = there.objects[which % there.objects.length];
    if (drifted === undefined) return;
    const { metadata } = drifted.manifest;
    const manifest = {
      ...drifted.manifest,
      status: { somebody: "else" },
      theirs: "a field that we do not render",
      metadata: { ...(isObject(metadata) ? metadata : {}), labels: {} },
    };
    const objects = there.objects.map((one) => (one === drifted ? { ...one, manifest } : one));
    const repairs = appliedIn(writesOf({ ...there, objects })).filter((one) => one.kind === drifted.kind && one.name === drifted.name);
    expect(repairs).toHaveLength(1);
    for (const { manifest: repaired } of repairs) {
      expect(Object.keys(repaired)).not.toContain("theirs");
      expect(Object.keys(repaired)).not.toContain("status");
    }
  },
);

// Seen to fail: the mutant D-40, which writes annotations as lines of text and reads them again.
test.prop([anyCluster, fc.string(), fc.constantFrom('"', "\n", ": ", "{{", "$&", "\\")], { numRuns: 60 })(
  "RES-1 what a user writes is in the manifests to the letter",
  (cluster, text, sting) => {
    const annotations = { ...cluster.spec.annotations, note: `${text}${sting}${text}` };
    for (const { name, manifest } of desiredObjects(converged({ ...cluster, spec: { ...cluster.spec, annotations } }))) {
      expect({ name, annotations: valueAt(manifest, "metadata", "annotations") }).toMatchObject({ annotations });
      expect({ name, labels: valueAt(manifest, "metadata", "labels") }).toMatchObject({ labels: cluster.spec.labels });
    }
  },
);

// Seen to fail: the mutant D-46, in which the default user needs none.
test.prop([anyCluster])("RES-7 nobody gets in without a password", (cluster) => {
  const objects = desiredObjects({ ...cluster, objects: [] });
  const secret = objects.find((one) => one.name === nameOf(cluster.name).secret);
  const users = textIn(valueAt(secret?.manifest, "stringData", "users.acl"))
    .split("\n")
    .filter((line) => line !== "");
  expect(users.map((line) => line.split(" ")[1])).toEqual(expect.arrayContaining(["default", "gungnir-operator"]));
  for (const line of users) {
    expect(line).not.toContain("nopass");
    const passwords = [...line.matchAll(/ >\{\{([a-z-]+)\}\}/g)].map(([, name]) => name);
    expect(passwords).toHaveLength(1);
    expect(secret?.generate).toContain(passwords[0]);
  }
  // And that file is the one that the server reads.
  const config = objects.find((one) => one.name === nameOf(cluster.name).config);
  expect(textIn(valueAt(config?.manifest, "data", "valkey.conf"))).toMatch(/^aclfile \/.*\/users\.acl$/m);
});
