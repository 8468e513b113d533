// RES-9 by the letter: the controls of the Pod Security Standard `restricted` as Kubernetes lists them, on every pod that is made: the
// operator's, and those of clusters of different shapes. Beyond the standard: no pod writes to its image.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, desiredObjects, parseSpec, resourceVersion, uid } from "@gungnir/core";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { installFolder } from "../install/chart.ts";
import { kustomize } from "../install/kustomize.ts";
import { type Json, objectOf } from "../src/sandbox/apiserver/json.ts";
import { at, listOf } from "./scenarios/reading.ts";

const VOLUMES = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
const PROFILES = ["RuntimeDefault", "Localhost"];

/** What a pod has that the standard forbids, or lacks that it demands. */
const violations = (pod: unknown): readonly string[] => {
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((field) => listOf(at(pod, field)));
  const security = (...path: readonly string[]): readonly unknown[] => [
    at(pod, "securityContext", ...path),
    ...containers.map((container) => at(container, "securityContext", ...path)),
  ];
  /** Said for the pod, or else for each of its containers. */
  const everywhere = (is: (value: unknown) => boolean, ...path: readonly string[]): boolean => {
    const [all, ...each] = security(...path);
    return each.every((one) => is(one ?? all));
  };
  return [
    ...["hostNetwork", "hostPID", "hostIPC"].filter((field) => at(pod, field) !== undefined),
    ...listOf(at(pod, "volumes")).flatMap((volume) => Object.keys(volume).filter((field) => field !== "name" && !VOLUMES.includes(field))),
    ...(at(pod, "securityContext", "sysctls") === undefined ? [] : ["sysctls"]),
    ...(security("seLinuxOptions").every((options) => options === undefined) ? [] : ["seLinuxOptions"]),
    ...(everywhere((value) => value === true, "runAsNonRoot") ? [] : ["runAsNonRoot"]),
    ...(everywhere((value) => value !== 0, "runAsUser") ? [] : ["runAsUser"]),
    ...(everywhere((value) => PROFILES.includes(String(value)), "seccompProfile", "type") ? [] : ["seccompProfile"]),
    ...(containers.length === 0 ? ["no container"] : containers.flatMap(own)),
  ];
};

/** Of one container. */
const own = (container: unknown): readonly string[] => [
  ...(at(container, "securityContext", "privileged") === true ? ["privileged"] : []),
  ...(at(container, "securityContext", "allowPrivilegeEscalation") === false ? [] : ["allowPrivilegeEscalation"]),
  ...(JSON.stringify(at(container, "securityContext", "capabilities", "drop")) === '["ALL"]' ? [] : ["capabilities.drop"]),
  ...(at(container, "securityContext", "capabilities", "add") === undefined ? [] : ["capabilities.add"]),
  ...(at(container, "securityContext", "procMount") === undefined ? [] : ["procMount"]),
  ...(at(container, "securityContext", "readOnlyRootFilesystem") === true ? [] : ["readOnlyRootFilesystem"]),
  ...(listOf(at(container, "ports")).some((port) => port["hostPort"] !== undefined) ? ["hostPort"] : []),
];

const version = resourceVersion("1");
const podOf = (wish: Json): unknown => {
  const { spec, invalid } = parseSpec(wish);
  expect(invalid).toEqual([]);
  const asOf = {
    ValkeyCluster: version,
    Pod: version,
    PersistentVolumeClaim: version,
    ConfigMap: version,
    Secret: version,
    Service: version,
    StatefulSet: version,
    PodDisruptionBudget: version,
  };
  const rest = { invalid, recordUnreadable: false, pods: [], claims: [], objects: [], annotations: {}, asOf };
  const cluster: Cluster = { namespace: "default", name: "web", uid: uid("u"), version, generation: 1, deleting: false, spec, ...rest };
  const set = desiredObjects(cluster).find(({ kind }) => kind === "StatefulSet");
  return at(set?.manifest, "spec", "template", "spec");
};

const example = (name: string): Json =>
  objectOf(objectOf(parse(readFileSync(join(installFolder, "../examples", `${name}.yaml`), "utf8")))["spec"]);

it("RES-9 no pod has what the restricted standard forbids", () => {
  for (const wish of [{}, { persistence: { enabled: false } }, example("web"), example("cache"), example("complete")])
    expect(violations(podOf(wish))).toEqual([]);
  for (const overlay of ["cluster", "namespace"]) {
    const deployment = kustomize(join(installFolder, "overlays", overlay)).find(({ kind }) => kind === "Deployment");
    expect(violations(at(deployment, "spec", "template", "spec"))).toEqual([]);
  }
});

it("and one that has is found out", () => {
  expect(violations({})).toEqual(["no container"]);
  const pod = {
    hostNetwork: true,
    volumes: [{ name: "a", hostPath: {} }],
    containers: [{ securityContext: { privileged: true, runAsUser: 0 } }],
  };
  expect(violations(pod).toSorted()).toEqual(
    [
      "allowPrivilegeEscalation",
      "capabilities.drop",
      "hostNetwork",
      "hostPath",
      "privileged",
      "readOnlyRootFilesystem",
      "runAsNonRoot",
      "runAsUser",
      "seccompProfile",
    ].toSorted(),
  );
});
