// The columns `kubectl get` shows for built-in kinds: the server's business in Kubernetes, so ours here.
import { type Json, listOf, metadataOf, nameOf, numberOf, objectOf, textOf, valueAt } from "./json.ts";
import { age } from "./age.ts";
import { podReadiness, podRestarts, podStatus } from "./pod-columns.ts";
import type { Column } from "./resource.ts";

type Value = Column["value"];
const text = (name: string, value: Value, priority = 0): Column => ({ name, type: "string", priority, value });
const at =
  (path: string): Value =>
  (object) =>
    valueAt(object, path.split(".")) ?? "";
const orNone = (value: Json | undefined): string => (textOf(value) === "" ? "<none>" : textOf(value));
const count =
  (path: string): Value =>
  (object) =>
    Object.keys(objectOf(valueAt(object, path.split(".")))).length;

export const nameColumn: Column = { name: "Name", type: "string", format: "name", priority: 0, value: nameOf };

export const ageColumn: Column = text("Age", (object, now) => age(metadataOf(object)["creationTimestamp"], now));
const createdAt: Column = text("Created At", (object) => textOf(metadataOf(object)["creationTimestamp"]));

const servicePorts: Value = (object) =>
  listOf(valueAt(object, ["spec", "ports"]))
    .map(objectOf)
    .map(
      (port) =>
        `${numberOf(port["port"])}${port["nodePort"] === undefined ? "" : `:${numberOf(port["nodePort"])}`}/${textOf(port["protocol"]) || "TCP"}`,
    )
    .join(",") || "<none>";
const pairs =
  (path: string): Value =>
  (object) =>
    Object.entries(objectOf(valueAt(object, path.split("."))))
      .map(([key, value]) => `${key}=${textOf(value)}`)
      .join(",") || "<none>";
const containers =
  (field: "name" | "image"): Value =>
  (object) =>
    listOf(valueAt(object, ["spec", "template", "spec", "containers"]))
      .map((each) => textOf(objectOf(each)[field]))
      .join(",");
const accessModes =
  (path: string): Value =>
  (object) =>
    listOf(valueAt(object, path.split(".")))
      .map((mode) => textOf(mode).replaceAll(/[a-z]/g, "").replace("RWO", "RWO").replace("ROM", "ROX").replace("RWM", "RWX"))
      .join(",");
const ready =
  (of: string, path: string): Value =>
  (object) =>
    `${numberOf(valueAt(object, ["status", of]))}/${numberOf(valueAt(object, path.split(".")))}`;
const reference =
  (path: string): Value =>
  (object) => {
    const target = objectOf(valueAt(object, path.split(".")));
    return `${textOf(target["kind"]).toLowerCase()}/${textOf(target["name"])}`;
  };
const nodeStatus: Value = (object) => {
  const conditions = listOf(valueAt(object, ["status", "conditions"])).map(objectOf);
  const state = conditions.some((each) => each["type"] === "Ready" && each["status"] === "True") ? "Ready" : "NotReady";
  return valueAt(object, ["spec", "unschedulable"]) === true ? `${state},SchedulingDisabled` : state;
};
const sliceEndpoints: Value = (object) =>
  listOf(object["endpoints"])
    .flatMap((each) => listOf(objectOf(each)["addresses"]))
    .map(textOf)
    .join(",") || "<unset>";
const slicePorts: Value = (object) =>
  listOf(object["ports"])
    .map((each) => numberOf(objectOf(each)["port"]))
    .join(",") || "<unset>";
const endpoints: Value = (object) =>
  listOf(object["subsets"])
    .map(objectOf)
    .flatMap((subset) =>
      listOf(subset["addresses"]).flatMap((address) =>
        listOf(subset["ports"]).map((port) => `${textOf(objectOf(address)["ip"])}:${numberOf(objectOf(port)["port"])}`),
      ),
    )
    .join(",") || "<none>";

const columns: Readonly<Record<string, readonly Column[]>> = {
  "/namespaces": [nameColumn, text("Status", at("status.phase")), ageColumn],
  "/pods": [
    nameColumn,
    text("Ready", podReadiness),
    text("Status", podStatus),
    text("Restarts", podRestarts),
    ageColumn,
    text("IP", (object) => orNone(valueAt(object, ["status", "podIP"])), 1),
    text("Node", (object) => orNone(valueAt(object, ["spec", "nodeName"])), 1),
    text("Nominated Node", () => "<none>", 1),
    text("Readiness Gates", () => "<none>", 1),
  ],
  "/services": [
    nameColumn,
    text("Type", at("spec.type")),
    text("Cluster-IP", (object) => orNone(valueAt(object, ["spec", "clusterIP"]))),
    text("External-IP", (object) => orNone(valueAt(object, ["spec", "externalName"]))),
    text("Port(s)", servicePorts),
    ageColumn,
    text("Selector", pairs("spec.selector"), 1),
  ],
  "/endpoints": [nameColumn, text("Endpoints", endpoints), ageColumn],
  "/configmaps": [nameColumn, text("Data", count("data")), ageColumn],
  "/secrets": [nameColumn, text("Type", at("type")), text("Data", count("data")), ageColumn],
  "/serviceaccounts": [nameColumn, text("Secrets", (object) => listOf(object["secrets"]).length), ageColumn],
  "/nodes": [
    nameColumn,
    text("Status", nodeStatus),
    text("Roles", () => "<none>"),
    ageColumn,
    text("Version", at("status.nodeInfo.kubeletVersion")),
    text("Internal-IP", (object) => textOf(objectOf(listOf(valueAt(object, ["status", "addresses"]))[0])["address"]), 1),
  ],
  "/events": [
    text("Last Seen", (object, now) => age(object["lastTimestamp"] ?? object["eventTime"] ?? metadataOf(object)["creationTimestamp"], now)),
    text("Type", at("type")),
    text("Reason", at("reason")),
    text("Object", reference("involvedObject")),
    text("Subobject", at("involvedObject.fieldPath"), 1),
    text("Source", (object) => textOf(valueAt(object, ["source", "component"])) || textOf(object["reportingComponent"]), 1),
    text("Message", (object) => textOf(object["message"]).trim()),
    text("Count", (object) => numberOf(object["count"], 1), 1),
    { ...nameColumn, priority: 1 },
  ],
  "/persistentvolumes": [
    nameColumn,
    text("Capacity", at("spec.capacity.storage")),
    text("Access Modes", accessModes("spec.accessModes")),
    text("Reclaim Policy", at("spec.persistentVolumeReclaimPolicy")),
    text("Status", at("status.phase")),
    text("Claim", (object) => ["namespace", "name"].map((field) => textOf(valueAt(object, ["spec", "claimRef", field]))).join("/")),
    text("StorageClass", at("spec.storageClassName")),
    ageColumn,
  ],
  "/persistentvolumeclaims": [
    nameColumn,
    text("Status", (object) =>
      metadataOf(object)["deletionTimestamp"] === undefined ? textOf(valueAt(object, ["status", "phase"])) : "Terminating",
    ),
    text("Volume", at("spec.volumeName")),
    text("Capacity", at("status.capacity.storage")),
    text("Access Modes", accessModes("status.accessModes")),
    text("StorageClass", at("spec.storageClassName")),
    ageColumn,
  ],
  "apps/statefulsets": [
    nameColumn,
    text("Ready", ready("readyReplicas", "spec.replicas")),
    ageColumn,
    text("Containers", containers("name"), 1),
    text("Images", containers("image"), 1),
  ],
  "apps/deployments": [
    nameColumn,
    text("Ready", ready("readyReplicas", "spec.replicas")),
    text("Up-to-date", (object) => numberOf(valueAt(object, ["status", "updatedReplicas"]))),
    text("Available", (object) => numberOf(valueAt(object, ["status", "availableReplicas"]))),
    ageColumn,
  ],
  "apps/controllerrevisions": [
    nameColumn,
    text("Controller", (object) => {
      const owner = objectOf(listOf(metadataOf(object)["ownerReferences"])[0]);
      return owner["kind"] === undefined ? "<none>" : `${textOf(owner["kind"]).toLowerCase()}/${textOf(owner["name"])}`;
    }),
    text("Revision", (object) => numberOf(object["revision"])),
    ageColumn,
  ],
  "policy/poddisruptionbudgets": [
    nameColumn,
    text("Min Available", (object) => valueAt(object, ["spec", "minAvailable"]) ?? "N/A"),
    text("Max Unavailable", (object) => valueAt(object, ["spec", "maxUnavailable"]) ?? "N/A"),
    text("Allowed Disruptions", (object) => numberOf(valueAt(object, ["status", "disruptionsAllowed"]))),
    ageColumn,
  ],
  "coordination.k8s.io/leases": [nameColumn, text("Holder", at("spec.holderIdentity")), ageColumn],
  "discovery.k8s.io/endpointslices": [
    nameColumn,
    text("AddressType", at("addressType")),
    text("Ports", slicePorts),
    text("Endpoints", sliceEndpoints),
    ageColumn,
  ],
  "storage.k8s.io/storageclasses": [
    nameColumn,
    text("Provisioner", at("provisioner")),
    text("ReclaimPolicy", at("reclaimPolicy")),
    text("VolumeBindingMode", at("volumeBindingMode")),
    text("AllowVolumeExpansion", (object) => object["allowVolumeExpansion"] === true),
    ageColumn,
  ],
  "rbac.authorization.k8s.io/clusterroles": [nameColumn, createdAt],
  "rbac.authorization.k8s.io/roles": [nameColumn, createdAt],
  "rbac.authorization.k8s.io/clusterrolebindings": [
    nameColumn,
    text("Role", (object) => `ClusterRole/${textOf(valueAt(object, ["roleRef", "name"]))}`),
    ageColumn,
  ],
  "rbac.authorization.k8s.io/rolebindings": [
    nameColumn,
    text("Role", (object) => `${textOf(valueAt(object, ["roleRef", "kind"]))}/${textOf(valueAt(object, ["roleRef", "name"]))}`),
    ageColumn,
  ],
  "apiextensions.k8s.io/customresourcedefinitions": [nameColumn, createdAt],
};

export const builtinColumns = (storage: string): readonly Column[] => columns[storage] ?? [nameColumn, ageColumn];
