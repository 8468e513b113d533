// What is written to the API server, what is shipped, and what is said of it.
import { type Mutant, byTest, inCore } from "../mutant.ts";

const objects = byTest("properties/src/laws/objects.test.ts");
const decisions = byTest("properties/src/laws/decisions.test.ts");
const stepping = byTest("properties/src/laws/step.test.ts");
const mounts = byTest("properties/src/laws/mounts.test.ts");
const repairs = byTest("properties/src/laws/repairs.test.ts");
const scripts = byTest("properties/src/laws/scripts.test.ts");
const installed = byTest("shell/integration/install.test.ts");
const shipped = byTest("shell/src/sandbox/manifests.test.ts");
const RBAC = "crds/install/overlays/cluster/rbac.yaml";
const DEPLOYMENT = "crds/install/base/deployment.yaml";
const LEASE = "crds/install/base/lease.yaml";

export const MANIFESTS: readonly Mutant[] = [
  {
    id: "D-02",
    what: "the server writes to a path that is not a declared mount",
    patches: [inCore("objects/pod.ts", "    { name: VOLUME, mountPath: DATA_PATH },\n", "")],
    expected: [mounts("RES-12", "RES-12 what the configuration and the scripts name is mounted")],
  },
  {
    id: "D-03",
    what: "RBAC lacks a verb an action needs",
    patches: [
      {
        file: LEASE,
        find: "resources: [leases]\n    verbs: [create, get, patch]",
        replace: "resources: [leases]\n    verbs: [get, patch]",
      },
    ],
    expected: [shipped("RES-11", "the operator is shipped with the rules that core computes")],
  },
  {
    id: "D-48",
    what: "RBAC is wider than the actions",
    patches: [
      {
        file: RBAC,
        find: "resources: [configmaps, secrets, services]\n    verbs: [create, list, patch, watch]",
        replace: "resources: [configmaps, secrets, services]\n    verbs: [create, delete, list, patch, watch]",
      },
    ],
    expected: [shipped("RES-11", "the operator is shipped with the rules that core computes")],
  },
  {
    id: "D-52",
    what: "the operator itself has no probes",
    patches: [
      {
        file: DEPLOYMENT,
        find:
          "          livenessProbe:\n            httpGet:\n              path: /healthz\n              port: metrics\n" +
          "            periodSeconds: 10\n            timeoutSeconds: 5\n            failureThreshold: 6\n",
        replace: "",
      },
    ],
    expected: [installed("SH-6", "probes of the pages that it serves")],
  },
  {
    id: "D-36",
    what: "Ready counts pods with an IP",
    patches: [
      inCore(
        "status.ts",
        "readyReplicas: cluster.pods.filter((pod) => pod.ready).length,",
        "readyReplicas: cluster.pods.filter((pod) => pod.address !== undefined).length,",
      ),
    ],
    expected: [decisions("ST-1", "ST-1 ready are the pods that are")],
  },
  {
    id: "F-10",
    what: "the status is taken from the StatefulSet's counters",
    patches: [
      inCore(
        "status.ts",
        "readyReplicas: cluster.pods.filter((pod) => pod.ready).length,",
        'readyReplicas: Number(textAt(cluster.objects.find((one) => one.kind === "StatefulSet")?.manifest, "status", "readyReplicas") ?? cluster.objects.find((one) => one.kind === "StatefulSet")?.manifest["status"]?.["readyReplicas"] ?? 0),',
      ),
    ],
    expected: [decisions("ST-1", "ST-1 ready are the pods that are")],
  },
  {
    id: "D-37",
    what: "a field of the spec is ignored",
    patches: [
      inCore(
        "objects/pod.ts",
        "  ...(Object.keys(owner.spec.nodeSelector).length === 0 ? {} : { nodeSelector: owner.spec.nodeSelector }),\n",
        "",
      ),
    ],
    expected: [objects("RES-3", "RES-3 every field of the spec")],
  },
  {
    id: "D-38",
    what: "an update writes back what it read",
    patches: [
      inCore(
        "objects.ts",
        '{ _tag: "Apply", object: desired, uid: observed.uid, at: observed.version }',
        '{ _tag: "Apply", object: { ...desired, manifest: { ...observed.manifest, ...desired.manifest } }, uid: observed.uid, at: observed.version }',
      ),
    ],
    expected: [repairs("RC-13", "RC-13 a repair names")],
  },
  {
    id: "D-40",
    what: "manifests by string concatenation",
    patches: [
      inCore(
        "objects/metadata.ts",
        "  annotations: { ...owner.spec.annotations, ...annotations },",
        `  annotations: Object.fromEntries(
    Object.entries({ ...owner.spec.annotations, ...annotations })
      .map(([key, value]) => \`\${key}: "\${value}"\`)
      .join("\\n")
      .split("\\n")
      .flatMap((line) => {
        const [, key = "", value = ""] = /^([^:]*): "?([^"]*)"?$/.exec(line) ?? [];
        return key === "" ? [] : [[key, value] as const];
      }),
  ),`,
      ),
    ],
    expected: [repairs("RES-1", "RES-1 what a user writes")],
  },
  {
    id: "D-41",
    what: "children are recreated while the cluster is being deleted",
    patches: [inCore("decide.ts", "if (cluster.deleting) return", "if (false && cluster.deleting) return")],
    expected: [stepping("RC-12", "RC-12 while the cluster is being deleted")],
  },
  {
    id: "D-43",
    what: "everything is applied again each loop",
    patches: [
      inCore(
        "objects/drift.ts",
        "if (desired.manifest === observed.manifest) return false;",
        "if (desired.manifest !== undefined) return true;",
      ),
    ],
    expected: [objects("RC-7", "RC-7 what was applied does not differ")],
  },
  {
    id: "D-46",
    what: "no authentication",
    patches: [inCore("objects/secret.ts", "`user default on >{{${PASSWORD_KEY}}} ~* &* +@all`,", '"user default on nopass ~* &* +@all",')],
    expected: [repairs("RES-7", "RES-7 nobody gets in without a password")],
  },
  {
    id: "D-47",
    what: "containers run as root",
    patches: [inCore("objects/pod.ts", "runAsNonRoot: true,\n    runAsUser: USER,", "runAsUser: 0,")],
    expected: [objects("RES-9", "RES-9 pods are restricted")],
  },
  {
    id: "D-49",
    what: "readiness by a PING whose error replies end with 0",
    patches: [
      inCore(
        "objects/scripts.ts",
        "set -f\nset -- $replies\n",
        'valkey-cli -h "$POD_IP" -p ${port} PING && exit 0\nset -f\nset -- $replies\n',
      ),
    ],
    expected: [scripts("RES-6", "RES-6 ready is")],
  },
  {
    id: "D-50",
    what: "an ordered start blocks on pod 0",
    patches: [inCore("objects/stateful-set.ts", 'podManagementPolicy: "Parallel",', 'podManagementPolicy: "OrderedReady",')],
    expected: [objects("RES-9", "RES-9 pods are restricted, and start")],
  },
  {
    id: "D-51",
    what: "a budget that lets two go at once",
    patches: [inCore("objects/budget.ts", "maxUnavailable: 1,", "maxUnavailable: 2,")],
    expected: [objects("RES-8", "RES-8 at most one pod goes voluntarily")],
  },
  {
    id: "D-51 blocks",
    what: "a budget that blocks drains",
    patches: [inCore("objects/budget.ts", "maxUnavailable: 1,", "minAvailable: owner.spec.replicas,")],
    expected: [objects("RES-8", "RES-8 at most one pod goes voluntarily")],
  },
];
