// The whole life of a cluster in the hands of somebody with the machine's `kubectl`, on the example that the README names. Where there is
// no kubectl there is nothing to try, and the title says so.
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRig, type Rig, until } from "./rig.ts";

const isInstalled = spawnSync("kubectl", ["version", "--client"]).status === 0;
const run = promisify(execFile);
const example = join(import.meta.dirname, "../../../crds/examples/web.yaml");

describe.runIf(isInstalled)("a cluster by kubectl (left out where no kubectl is on the PATH)", () => {
  let rig: Rig;
  let watch: ChildProcess;
  let seen = "";
  const environment = () => ({
    ...process.env,
    KUBECONFIG: rig.sandbox.kubeconfig,
    KUBECACHEDIR: join(rig.sandbox.folder, "kubectl-cache"),
  });
  /** Standard output; throws with what kubectl said when it failed. */
  const kubectl = async (...args: readonly string[]): Promise<string> =>
    (await run("kubectl", [...args], { env: environment(), timeout: 60_000 })).stdout;
  const status = (path: string): Promise<string> => kubectl("get", "vc", "web", "-o", `jsonpath={.status.${path}}`);
  const isRunning = async (ready: string): Promise<boolean> =>
    (await status("phase")) === "Running" && (await status("readyReplicas")) === ready;

  beforeAll(async () => {
    rig = await openRig();
  }, 120_000);
  afterAll(async () => {
    watch.kill("SIGKILL");
    await rig.stop();
  }, 120_000);

  test("apply, and get -w until it runs", { timeout: 120_000 }, async () => {
    watch = spawn("kubectl", ["get", "vc", "-w"], { env: environment(), stdio: ["ignore", "pipe", "ignore"] });
    watch.stdout?.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    await kubectl("apply", "-f", example);
    await until("it runs", () => isRunning("3"));
    await until(
      "the watch shows it",
      () => /^web +web-0 +3 +Running +\d+s$/m.test(seen),
      () => seen,
    );
    expect(seen).toMatch(/^NAME +PRIMARY +READY +PHASE +AGE$/m);
  });

  test("describe tells the story and exec asks a process", { timeout: 120_000 }, async () => {
    const described = await until("the Events", async () => {
      const text = await kubectl("describe", "vc", "web");
      return text.includes("PrimaryPublished") ? text : undefined;
    });
    expect(described).toMatch(/Type: +Ready/);
    expect(described).toMatch(/Normal +Bootstrap +\S+ +gungnir/);
    expect(await kubectl("exec", "web-0", "--", "valkey-cli", "ROLE")).toMatch(/^master\n/);
    expect(await kubectl("exec", "web-1", "--", "valkey-cli", "ROLE")).toMatch(/^slave\n/);
  });

  test("scale to 5 and back to 3", { timeout: 180_000 }, async () => {
    expect(await kubectl("scale", "vc", "web", "--replicas=5")).toContain("scaled");
    await until("five run", () => isRunning("5"));
    expect(await kubectl("get", "pods", "-o", "name")).toBe("pod/web-0\npod/web-1\npod/web-2\npod/web-3\npod/web-4\n");
    await kubectl("scale", "vc", "web", "--replicas=3");
    await until("three run", async () => (await isRunning("3")) && (await kubectl("get", "pods", "-o", "name")).split("\n").length === 4);
    expect(await kubectl("get", "vc", "web", "-o", "jsonpath={.status.failover.members[*].pod}")).toBe("web-1 web-2");
  });

  test("delete the primary's pod: another one takes over, and the pod is back as a replica", { timeout: 120_000 }, async () => {
    await kubectl("exec", "web-0", "--", "valkey-cli", "SET", "greeting", "hello");
    expect(await kubectl("exec", "web-0", "--", "valkey-cli", "WAIT", "2", "5000")).toBe("2\n");
    await kubectl("delete", "pod", "web-0");
    await until("another primary", async () => !["web-0", ""].includes(await status("masterPod")));
    await until("it runs again", () => isRunning("3"));
    expect(await kubectl("exec", "web-0", "--", "valkey-cli", "ROLE")).toMatch(/^slave\n/);
    expect(await kubectl("exec", await status("masterPod"), "--", "valkey-cli", "GET", "greeting")).toBe("hello\n");
    expect(await kubectl("get", "vc", "web", "-o", "jsonpath={.status.failover.epoch}")).toBe("2");
  });

  test("delete: all children are gone, and only the volumes' claims are kept", { timeout: 120_000 }, async () => {
    const kinds = "vc,sts,pods,svc,endpointslices,cm,secret,pdb,controllerrevisions";
    const children = (): Promise<string> => kubectl("get", kinds, "-l", "app.kubernetes.io/instance=web", "-o", "name");
    expect(await children()).toContain("statefulset.apps/web");
    await kubectl("delete", "vc", "web");
    await until(
      "no child is left",
      async () => (await children()) === "",
      () => seen,
    );
    const claims = (await kubectl("get", "pvc", "-o", "name")).trim().split("\n");
    expect(claims).toHaveLength(5);
    for (const pod of ["web-0", "web-1", "web-2", "web-3", "web-4"]) expect(rig.sandbox.processOf({ pod })).toBeUndefined();
    watch.kill("SIGTERM");
    await once(watch, "close");
    expect(seen).toMatch(/^web +web-[12] +3 +Running/m);
  });
});
