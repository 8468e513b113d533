// RES-11, seen from outside: what the operator was allowed and never asked for is a right too many, and what it was refused is one too few.
// The rights are computed; this is whether the computation knows what the shell does.
import { policyRules } from "@gungnir/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { change, openRig, type Rig, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig({ apiServer: "embedded" }); // a kube-apiserver's audit log here leaves out what is only read
}, 120_000);
afterAll(() => rig.stop(), 120_000);

/** Asked for by nobody: the API server looks for it where an owner reference blocks the owner's deletion. */
const UNASKED = "update valkey.verilean.io/valkeyclusters/finalizers";

const allowed = policyRules("cluster")
  .flatMap(({ apiGroups, resources, verbs }) => {
    const group = apiGroups.map((name) => (name === "" ? "" : `${name}/`)).join("");
    return resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}${resource}`));
  })
  .filter((right) => right !== UNASKED);

const asked = async (): Promise<readonly string[]> => {
  const counted = await rig.sandbox.requests();
  const own = counted.filter(({ user }) => user.includes("gungnir-operator"));
  return [...new Set(own.map(({ verb, resource }) => `${verb} ${resource}`))].toSorted();
};

// Seen to fail: `get` beside `list` for what is watched.
test("RES-11 every right of the operator is used, and nothing else is asked for", { timeout: 120_000 }, async () => {
  const subject = await rig.create({ name: "web" });
  await subject.whole();
  // Each object is applied anew by an edit that all of them show; told twice, an Event is counted up.
  for (const team of ["red", "blue"]) {
    await change(rig, subject.path, { spec: { labels: { team } } });
    await until("the edit shows", async () =>
      JSON.stringify(await rig.get("/apis/policy/v1/namespaces/default/poddisruptionbudgets/web-pdb")).includes(`"team":"${team}"`),
    );
  }
  await expect.poll(asked, { timeout: 20_000, interval: 500 }).toEqual(allowed.toSorted());
});
