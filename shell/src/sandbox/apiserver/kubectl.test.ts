// The real kubectl against the real server. A machine without kubectl (as a fresh one is) has nothing to try here.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeKubeconfig } from "./kubeconfig.ts";
import { startTrial, type Trial } from "./trial.ts";

const run = promisify(execFile);
let trial: Trial;
let folder = "";
let kubeconfig = "";
let file = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gungnir-kubectl-"));
  kubeconfig = join(folder, "kubeconfig");
  file = join(folder, "web.yaml");
  trial = await startTrial();
  writeKubeconfig(kubeconfig, {
    server: trial.server.server,
    authority: trial.server.authority,
    token: trial.server.adminToken,
    user: "admin",
  });
});
afterAll(async () => {
  await trial.close();
  rmSync(folder, { recursive: true });
});

type Output = { readonly stdout: string; readonly stderr: string };
/** What kubectl printed, whether it succeeded or not. */
const kubectl = async (...args: string[]): Promise<string> => {
  const environment = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, "cache") };
  const { stdout, stderr }: Output = await run("kubectl", args, { env: environment, timeout: 15_000 }).catch((error: unknown) =>
    outputOf(error),
  );
  return stdout + stderr;
};
const outputOf = (error: unknown): Output => {
  const text = (name: string): string =>
    typeof error === "object" && error !== null && name in error ? String(Reflect.get(error, name)) : "";
  return { stdout: text("stdout"), stderr: text("stderr") || String(error) };
};

const manifest = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 6379 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: valkey, image: "valkey:8" }] }
`;

const isInstalled = spawnSync("kubectl", ["version", "--client"]).status === 0;

describe.runIf(isInstalled)("kubectl", () => {
  test("apply, get, describe, scale, patch, set image, label and delete", async () => {
    writeFileSync(file, manifest);
    expect(await kubectl("apply", "-f", file)).toMatch(/service\/web created\s+statefulset.apps\/web created/);
    expect(await kubectl("apply", "-f", file)).toMatch(/service\/web unchanged\s+statefulset.apps\/web unchanged/);
    const [list, described, wide] = await Promise.all([
      kubectl("get", "sts,svc"),
      kubectl("describe", "sts", "web"),
      kubectl("get", "sts", "web", "-o", "wide"),
    ]);
    expect(list).toMatch(/statefulset.apps\/web +0\/2 /);
    expect(list).toMatch(/service\/web +ClusterIP +127\.96\./);
    expect(described).toMatch(/Replicas: +2 desired/);
    expect(wide).toMatch(/valkey +valkey:8/);
    expect(await kubectl("scale", "sts", "web", "--replicas=4")).toContain("scaled");
    expect(
      await kubectl(
        "patch",
        "sts",
        "web",
        "-p",
        '{"spec":{"template":{"spec":{"containers":[{"name":"valkey","env":[{"name":"A","value":"b"}]}]}}}}',
      ),
    ).toContain("patched");
    expect(await kubectl("set", "image", "sts/web", "valkey=valkey:9")).toContain("image updated");
    expect(
      await kubectl(
        "get",
        "sts",
        "web",
        "-o",
        "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].env[0].name}",
      ),
    ).toBe("4 valkey:9 A");
    expect(await kubectl("apply", "--server-side", "-f", file)).toContain('conflict with "kubectl');
    expect(await kubectl("label", "svc", "web", "tier=cache")).toContain("labeled");
    expect(await kubectl("delete", "-f", file)).toMatch(/"web" deleted\s+.*"web" deleted/);
    expect(await kubectl("get", "sts")).toContain("No resources found");
  });

  test("discovery, explain, wait and permissions", async () => {
    const answers = await Promise.all([
      kubectl("api-resources", "--api-group=apps"),
      kubectl("explain", "statefulset.spec.template.spec.containers.env"),
      kubectl("wait", "--for=jsonpath={.status.phase}=Active", "ns/default", "--timeout=5s"),
      kubectl("auth", "can-i", "create", "pods"),
      kubectl("version"),
    ]);
    expect(answers[0]).toMatch(/statefulsets +sts +apps\/v1 +true +StatefulSet/);
    expect(answers[1]).toMatch(/valueFrom\s+<Object>/);
    expect(answers[2]).toContain("condition met");
    expect(answers[3]).toBe("yes\n");
    expect(answers[4]).toContain("Server Version: v1.33");
  });

  test("commands that speak protobuf are understood, or told what to use", async () => {
    const made = await Promise.all([
      kubectl("create", "configmap", "cm", "--from-literal=a=b"),
      kubectl("create", "secret", "generic", "s", "--from-literal=p=q"),
      kubectl("create", "namespace", "extra"),
      kubectl("create", "clusterrole", "r", "--verb=get,list", "--resource=pods"),
    ]);
    expect(made.join("")).toMatch(/configmap\/cm created\s+secret\/s created\s+namespace\/extra created\s+.*\/r created/);
    expect(await kubectl("get", "secret", "s", "-o", "jsonpath={.data.p}")).toBe(Buffer.from("q").toString("base64"));
    expect(await kubectl("create", "deployment", "d", "--image=x")).toContain("use `kubectl apply -f`");
  });

  test("a watch prints what changes", async () => {
    await kubectl("create", "configmap", "watched", "--from-literal=a=b");
    const child = run("kubectl", ["get", "cm", "watched", "-w", "--request-timeout=3s"], {
      env: { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, "cache") },
    }).catch((error: unknown) => outputOf(error));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await kubectl("patch", "cm", "watched", "-p", '{"data":{"c":"d"}}');
    expect((await child).stdout).toMatch(/watched +1 .*\n.*watched +2 /);
  });
});
