// The overlay for one namespace, as its owner applies it: an operator with no right beyond that namespace makes a cluster there whole, and
// asks for nothing that it would be refused.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyRules } from "@gungnir/core";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { installFolder } from "../../install/chart.ts";
import { kustomize } from "../../install/kustomize.ts";
import { asResource } from "../../src/sandbox/clients/resource.ts";
import { applyManifests } from "../../src/sandbox/manifests.ts";
import { startOperator, writeAccountKubeconfig } from "../../src/sandbox/operator-process.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { at, listOf } from "./reading.ts";
import { until } from "./waiting.ts";

const NAMESPACE = "valkey"; // the overlay's
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
}, 60_000);

const authorityOf = (kubeconfig: string): string => {
  const config: unknown = parse(readFileSync(kubeconfig, "utf8"));
  return Buffer.from(String(at(listOf(at(config, "clusters"))[0], "cluster", "certificate-authority-data")), "base64").toString();
};

/** Whoever is served by a process here has its Deployment left out. */
const account = kustomize(join(installFolder, "overlays/namespace")).filter(({ kind }) =>
  /^(ServiceAccount|Role|RoleBinding)$/.test(String(kind)),
);

const operatorOf = async (sandbox: Sandbox, line: (text: string) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "gungnir-own-namespace-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, "kubeconfig");
  const access = { path: kubeconfig, server: sandbox.api.client.server, authority: authorityOf(sandbox.kubeconfig) };
  await writeAccountKubeconfig(sandbox.api, { namespace: NAMESPACE, name: "gungnir-operator" }, access);
  const args = ["--listen", "127.0.0.1:0", "--namespace", NAMESPACE];
  const child = await startOperator({ kubeconfig, folder, name: "operator", args, environment: {}, line });
  cleanUps.push(() => child.stop());
};

test("an operator of one namespace serves it with rights of that namespace alone", { timeout: 180_000 }, async () => {
  const sandbox = await startSandbox({ operator: false, apiServer: "embedded" });
  cleanUps.push(() => sandbox.stop());
  const owned = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, ...account];
  await applyManifests(
    sandbox.api,
    owned.flatMap((object) => asResource(object) ?? []),
  );
  const lines: string[] = [];
  await operatorOf(sandbox, (text) => lines.push(text));
  const path = `/apis/valkey.verilean.io/v1/namespaces/${NAMESPACE}/valkeyclusters`;
  const body = { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name: "web" }, spec: {} };
  await sandbox.adminClient.request({ method: "POST", path, body });
  await until(
    "the cluster is whole",
    async () => {
      const answer = await sandbox.adminClient.request({ method: "GET", path: `${path}/web` });
      const status = answer._tag === "Answered" ? at(answer.body, "status") : undefined;
      return at(status, "phase") === "Running" && at(status, "readyReplicas") === 3;
    },
    () => lines.slice(-5).join("\n"),
  );

  expect(lines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  const rights = policyRules("namespace").flatMap(({ resources, verbs }) =>
    resources.flatMap((one) => verbs.map((verb) => `${verb} ${one}`)),
  );
  const own = (await sandbox.requests()).filter(({ user }) => user.includes("gungnir-operator"));
  const asked = own.map(({ verb, resource }) => `${verb} ${resource.replace(/^[a-z.0-9]+\.[a-z]+\/|^(apps|policy)\//, "")}`);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((right) => !rights.includes(right))).toEqual([]);
});
