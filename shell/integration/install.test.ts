// What a user installs: the same objects by kustomize and by Helm, as they are said to be, and with everything made up to date.
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { IMAGE_NAME } from "../image/command.ts";
import { USER } from "../image/runtime.ts";
import { chartFiles, installFolder } from "../install/chart.ts";
import { kustomize, type Manifest, named, objectsOf } from "../install/kustomize.ts";
import { madeFiles, outdated } from "../install/main.ts";
import { render } from "../install/template.ts";
import { parseConfig } from "../src/config.ts";
import { isRecord } from "../src/kubernetes/answer.ts";

const overlay = (name: string): readonly Manifest[] => kustomize(join(installFolder, "overlays", name));
const kubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

it("what is made of other files is up to date (else: npm run manifests)", () => {
  expect(outdated()).toEqual([]);
});

const sorted = (objects: readonly Manifest[]): readonly Manifest[] =>
  objects.toSorted((one, other) => named(one).localeCompare(named(other)));

it.runIf(kubectl).each(["overlays/cluster", "overlays/cluster-before-1.25", "overlays/namespace", "crd", "monitoring"])(
  "kubectl makes of %s what we make of it",
  (path) => {
    const folder = join(installFolder, path);
    const theirs = objectsOf(execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8" }), "kubectl kustomize");
    expect(sorted(kustomize(folder))).toEqual(sorted(theirs));
  },
);

/** A release of the chart, with these values beside the standard ones. */
const released = (namespace: string, values: Manifest): readonly Manifest[] => {
  const files = madeFiles();
  const standard: unknown = parse(files["chart/values.yaml"] ?? "");
  const all = { Values: { ...(isRecord(standard) ? standard : {}), ...values }, Release: { Namespace: namespace } };
  const templates = Object.entries(files).filter(([path]) => path.startsWith("chart/templates/"));
  return templates.flatMap(([path, text]) => objectsOf(render(text, all), path));
};
const definition = () => kustomize(join(installFolder, "crd")).map(kept);
const kept = (object: Manifest): Manifest => ({
  ...object,
  metadata: { ...(isRecord(object["metadata"]) ? object["metadata"] : {}), annotations: { "helm.sh/resource-policy": "keep" } },
});
const without = (objects: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] =>
  objects.filter((object) => !kinds.includes(String(object["kind"])));

// Seen to fail: `replicas: 3` in the base.
it("the chart releases what the overlays install", () => {
  const cluster = [...without(overlay("cluster"), "Namespace", "CustomResourceDefinition"), ...definition()];
  expect(sorted(released("gungnir-system", {}))).toEqual(sorted(cluster));
  expect(sorted(released("valkey", { scope: "namespace", crd: false }))).toEqual(sorted(overlay("namespace")));
  const monitored = [...cluster, ...kustomize(join(installFolder, "monitoring"))];
  expect(sorted(released("gungnir-system", { monitoring: true }))).toEqual(sorted(monitored));
});

it("the values of the chart decide what they say", () => {
  const values = {
    image: "registry.example/gungnir@sha256:0",
    replicas: 3,
    logLevel: "debug",
    nodeSelector: { disk: "fast" },
    imagePullSecrets: [{ name: "pull" }],
    resources: { limits: { memory: "1Gi" } },
  };
  const pod = podOf(released("elsewhere", values));
  expect(pod).toMatchObject({ nodeSelector: values.nodeSelector, imagePullSecrets: values.imagePullSecrets });
  expect(containerOf(pod)).toMatchObject({ image: values.image, resources: values.resources });
  expect(environmentOf(pod)["GUNGNIR_OPERATOR_LOG_LEVEL"]).toBe("debug");
  expect(deploymentOf(released("elsewhere", values))).toMatchObject({ metadata: { namespace: "elsewhere" }, spec: { replicas: 3 } });
});

it("a template that Helm would take and we do not serve is refused by name", () => {
  expect(() => render("{{ range .Values.all }}", { Values: {} })).toThrow("{{ range .Values.all }}");
  expect(() => render("{{ .Values.missing }}", { Values: {} })).toThrow("{{ .Values.missing }}");
  expect(render('a: {{ "{{" }} $x {{ "}}" }}', {})).toBe("a: {{ $x }}");
});

it("a manifest that the chart would pass by is an error", () => {
  expect(Object.keys(chartFiles({ definition: "metadata:\n", dashboard: "" }))).toContain("templates/rbac.yaml");
  expect(() => chartFiles({ definition: "no such text", dashboard: "" })).toThrow("not exactly once");
});

const deploymentOf = (objects: readonly Manifest[]): Manifest => objects.find((object) => object["kind"] === "Deployment") ?? {};
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isRecord(inner) || Array.isArray(inner) ? Reflect.get(inner, key) : undefined), value);
const podOf = (objects: readonly Manifest[]): unknown => at(deploymentOf(objects), "spec", "template", "spec");
const containerOf = (pod: unknown): unknown => at(pod, "containers", "0");
const environmentOf = (pod: unknown): Readonly<Record<string, string>> => {
  const all = at(containerOf(pod), "env");
  const pairs = (Array.isArray(all) ? all : []).map((one: unknown) => {
    const value = at(one, "value");
    return [String(at(one, "name")), typeof value === "string" ? value : "from-the-pod"] as const;
  });
  return Object.fromEntries(pairs);
};

it.each(["cluster", "namespace"])("the operator of %s is given settings that it knows, and probes of the pages that it serves", (name) => {
  const pod = podOf(overlay(name));
  const parsed = parseConfig([], environmentOf(pod));
  expect(parsed).toMatchObject({ _tag: "Configured", config: { listen: { port: 8080 }, logLevel: "info" } });
  expect(parsed).toMatchObject({ config: { namespace: name === "cluster" ? undefined : "from-the-pod", leaseNamespace: "from-the-pod" } });
  expect(containerOf(pod)).toMatchObject({ image: IMAGE_NAME, args: ["operator"], ports: [{ name: "metrics", containerPort: 8080 }] });
  expect(containerOf(pod)).toMatchObject({
    livenessProbe: { httpGet: { path: "/healthz", port: "metrics" } },
    readinessProbe: { httpGet: { path: "/readyz", port: "metrics" } },
  });
});

it("the operator's pods keep to the restricted Pod Security Standard, on a root file system that is read-only", () => {
  const pod = podOf(overlay("cluster"));
  expect(pod).toMatchObject({ securityContext: { runAsNonRoot: true, runAsUser: USER, seccompProfile: { type: "RuntimeDefault" } } });
  expect(containerOf(pod)).toMatchObject({
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
  });
  expect(at(pod, "volumes")).toBeUndefined();
  expect(overlay("cluster").find((object) => object["kind"] === "Namespace")).toMatchObject({
    metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  });
});

it("whatever selects the operator's pods selects them by a label that they have", () => {
  const objects = [...overlay("cluster"), ...kustomize(join(installFolder, "monitoring"))];
  const labels = at(deploymentOf(objects), "spec", "template", "metadata", "labels");
  const selectors = [
    at(
      podOf(objects),
      "affinity",
      "podAntiAffinity",
      "preferredDuringSchedulingIgnoredDuringExecution",
      "0",
      "podAffinityTerm",
      "labelSelector",
    ),
    // Of the Deployment, the budget, the network policy and the monitor.
    ...objects.flatMap((object) => at(object, "spec", object["kind"] === "NetworkPolicy" ? "podSelector" : "selector") ?? []),
  ];
  expect(selectors.length).toBe(5);
  for (const selector of selectors) expect(selector).toEqual({ matchLabels: labels });
});
