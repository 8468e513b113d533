// Defaults and checks of the built-in kinds: those that clients here see or rely on. A Service read back has a type, a
// pod a restart policy; a StatefulSet refuses edits of its immutable fields, because an operator must meet that refusal.
import { type Json, type JsonObject, equal, isObject, listOf, metadataOf, objectOf, textOf, valueAt, without } from "./json.ts";
import { type Cause, forbiddenValue, invalidValue, required } from "./rejection.ts";
import { definitionRules } from "./custom.ts";
import { plain, type Rules } from "./resource.ts";

type Fields = Readonly<Record<string, Json>>;

/** The defaults first, what is given over them. */
const filled = (value: Json | undefined, defaults: Fields): JsonObject => ({ ...defaults, ...objectOf(value) });
const mapField = (object: JsonObject, field: string, each: (value: JsonObject) => JsonObject): JsonObject => {
  const value = object[field];
  if (Array.isArray(value)) return { ...object, [field]: value.map((item) => (isObject(item) ? each(item) : item)) };
  return isObject(value) ? { ...object, [field]: each(value) } : object;
};
const mapFields = (object: JsonObject, fields: readonly string[], each: (value: JsonObject) => JsonObject): JsonObject =>
  fields.reduce((result, field) => mapField(result, field, each), object);

const probe = (value: JsonObject): JsonObject =>
  filled(value, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
const container = (value: JsonObject): JsonObject => {
  const image = textOf(value["image"]);
  const latest = !image.includes("@") && (image.endsWith(":latest") || !/:[^/]*$/.test(image));
  const withDefaults = filled(value, {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: latest ? "Always" : "IfNotPresent",
  });
  const withPorts = mapField(withDefaults, "ports", (port) => filled(port, { protocol: "TCP" }));
  const withEnv = mapField(withPorts, "env", (each) =>
    mapField(each, "valueFrom", (from) => mapField(from, "fieldRef", (reference) => filled(reference, { apiVersion: "v1" }))),
  );
  return mapFields(withEnv, ["livenessProbe", "readinessProbe", "startupProbe"], probe);
};
const volume = (value: JsonObject): JsonObject => {
  const modes = mapFields(value, ["configMap", "secret", "projected", "downwardAPI"], (source) => filled(source, { defaultMode: 420 }));
  return Object.keys(modes).length === 1 && modes["name"] !== undefined ? { ...modes, emptyDir: {} } : modes;
};
const podSpec = (spec: JsonObject): JsonObject => {
  const withDefaults = filled(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  });
  return mapField(mapFields(withDefaults, ["containers", "initContainers"], container), "volumes", volume);
};
const podTemplate = (template: JsonObject): JsonObject => ({ ...template, spec: podSpec(objectOf(template["spec"])) });
const claimSpec = (spec: JsonObject): JsonObject => filled(spec, { volumeMode: "Filesystem" });

const service = (object: JsonObject): JsonObject => {
  const spec = filled(object["spec"], {
    type: "ClusterIP",
    sessionAffinity: "None",
    internalTrafficPolicy: "Cluster",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
  });
  return {
    ...object,
    spec: mapField(spec, "ports", (port) => filled(port, { protocol: "TCP", targetPort: port["port"] ?? 0 })),
    status: filled(object["status"], { loadBalancer: {} }),
  };
};

const secret = (object: JsonObject): JsonObject => {
  const { stringData, ...rest } = object;
  const plainText = Object.entries(objectOf(stringData)).map(([key, value]) => [key, Buffer.from(textOf(value)).toString("base64")]);
  const data = { ...objectOf(rest["data"]), ...Object.fromEntries(plainText) };
  return { type: "Opaque", ...rest, ...(Object.keys(data).length === 0 ? {} : { data }) };
};

const statefulSet = (object: JsonObject): JsonObject => {
  const spec = filled(object["spec"], {
    replicas: 1,
    podManagementPolicy: "OrderedReady",
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  });
  const strategy = filled(spec["updateStrategy"], { type: "RollingUpdate" });
  const rolling = strategy["type"] === "RollingUpdate" ? filled(strategy, { rollingUpdate: { partition: 0 } }) : strategy;
  const claims = mapField(spec, "volumeClaimTemplates", (claim) =>
    filled(
      { ...claim, spec: claimSpec(objectOf(claim["spec"])) },
      { apiVersion: "v1", kind: "PersistentVolumeClaim", status: { phase: "Pending" } },
    ),
  );
  return {
    ...object,
    spec: { ...claims, updateStrategy: rolling, template: podTemplate(objectOf(spec["template"])) },
    status: filled(object["status"], { replicas: 0, availableReplicas: 0 }),
  };
};

const deployment = (object: JsonObject): JsonObject => {
  const spec = filled(object["spec"], { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  return { ...object, spec: { ...spec, template: podTemplate(objectOf(spec["template"])) }, status: objectOf(object["status"]) };
};

const withPhase = (object: JsonObject, phase: string): JsonObject => ({ ...object, status: filled(object["status"], { phase }) });
const qosClass = (spec: JsonObject): string => {
  const all = listOf(spec["containers"]).map((each) => objectOf(objectOf(each)["resources"]));
  const stated = all.filter((each) => Object.keys(each).length > 0);
  if (stated.length === 0) return "BestEffort";
  const complete = all.every((each) =>
    ["cpu", "memory"].every(
      (kind) => objectOf(each["limits"])[kind] !== undefined && equal(each["requests"] ?? each["limits"], each["limits"]),
    ),
  );
  return complete ? "Guaranteed" : "Burstable";
};
const pod = (object: JsonObject): JsonObject => {
  const spec = podSpec(objectOf(object["spec"]));
  return { ...object, spec, status: filled(object["status"], { phase: "Pending", qosClass: qosClass(spec) }) };
};

/** Only these fields of `spec` may change after creation. */
const onlyMutable =
  (fields: readonly string[], what: string): Rules["validate"] =>
  (object, previous) => {
    if (previous === undefined) return [];
    const [now, before] = [objectOf(object["spec"]), objectOf(previous["spec"])];
    const changed = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter(
      (field) => !fields.includes(field) && !equal(now[field], before[field]),
    );
    return changed.length === 0
      ? []
      : [
          forbiddenValue(
            "spec",
            `updates to ${what} spec for fields other than ${fields.map((each) => `'${each}'`).join(", ")} are forbidden (changed: ${changed.join(", ")})`,
          ),
        ];
  };

/** A running pod's images may change. */
const withoutImages = (object: JsonObject): JsonObject =>
  mapField(object, "spec", (spec) => mapFields(spec, ["containers", "initContainers"], (each) => without(each, "image")));

/** An Event is kept with what it is about; about what is in no namespace, in "default". */
const isWithItsObject: Rules["validate"] = (object) => {
  const about = textOf(valueAt(object, ["involvedObject", "namespace"]));
  const own = textOf(metadataOf(object)["namespace"]);
  return own === (about === "" ? "default" : about)
    ? []
    : [invalidValue("involvedObject.namespace", about, "does not match event.namespace")];
};

const counts =
  (field: string, least: number): Rules["validate"] =>
  (object) => {
    const value = valueAt(object, ["spec", field]);
    const bound = least === 0 ? "must be greater than or equal to 0" : "must be greater than 0";
    return typeof value === "number" && value < least ? [invalidValue(`spec.${field}`, value, bound)] : [];
  };

const selectsItsTemplate: Rules["validate"] = (object) => {
  const wanted = objectOf(valueAt(object, ["spec", "selector", "matchLabels"]));
  const labels = objectOf(valueAt(object, ["spec", "template", "metadata", "labels"]));
  const missing = Object.entries(wanted).some(([key, value]) => labels[key] !== value);
  return missing ? [invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")] : [];
};

const podSpecCauses = (spec: JsonObject, at: string): Cause[] => {
  const containers = listOf(spec["containers"]).map(objectOf);
  if (containers.length === 0) return [required(`${at}.containers`)];
  return containers.flatMap((each, index) =>
    ["name", "image"].filter((field) => textOf(each[field]) === "").map((field) => required(`${at}.containers[${index}].${field}`)),
  );
};
const isClaimed = (object: JsonObject): boolean => metadataOf(object)["deletionTimestamp"] !== undefined;

const statefulSetFields = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];
const both =
  (...checks: readonly Rules["validate"][]): Rules["validate"] =>
  (object, previous) =>
    checks.flatMap((check) => check(object, previous));

const rules: Readonly<Record<string, Partial<Rules>>> = {
  "/namespaces": { defaults: (object) => withPhase({ ...object, spec: filled(object["spec"], { finalizers: ["kubernetes"] }) }, "Active") },
  "/pods": {
    defaults: pod,
    validate: both(
      (object) => podSpecCauses(objectOf(object["spec"]), "spec"),
      (object, previous) => {
        if (previous === undefined) return [];
        const isBound = textOf(valueAt(previous, ["spec", "nodeName"])) !== "";
        const fields = ["activeDeadlineSeconds", "tolerations", ...(isBound ? [] : ["nodeName"])];
        return onlyMutable(fields, "pod")(withoutImages(object), withoutImages(previous));
      },
    ),
  },
  "/events": { validate: isWithItsObject },
  "/services": {
    defaults: service,
    validate: (object, previous) => {
      const [now, before] = [
        valueAt(object, ["spec", "clusterIP"]),
        previous === undefined ? undefined : valueAt(previous, ["spec", "clusterIP"]),
      ];
      const ports = listOf(valueAt(object, ["spec", "ports"])).length;
      return [
        ...(before === undefined || equal(now, before) ? [] : [invalidValue("spec.clusterIP", now, "field is immutable")]),
        ...(ports === 0 && now !== "None" && valueAt(object, ["spec", "type"]) !== "ExternalName" ? [required("spec.ports")] : []),
      ];
    },
  },
  "/secrets": {
    defaults: secret,
    validate: (object, previous) => {
      if (previous === undefined) return [];
      if (previous["immutable"] === true && !equal(object["data"], previous["data"]))
        return [forbiddenValue("data", "field is immutable when `immutable` is set")];
      return object["type"] === previous["type"] ? [] : [invalidValue("type", object["type"], "field is immutable")];
    },
  },
  "/configmaps": {
    validate: (object, previous) =>
      previous?.["immutable"] === true && !equal(object["data"], previous["data"])
        ? [forbiddenValue("data", "field is immutable when `immutable` is set")]
        : [],
  },
  "/persistentvolumes": {
    defaults: (object) =>
      withPhase(
        { ...object, spec: filled(object["spec"], { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" }) },
        "Pending",
      ),
  },
  "/persistentvolumeclaims": {
    defaults: (object) => withPhase({ ...object, spec: claimSpec(objectOf(object["spec"])) }, "Pending"),
    validate: (object, previous) =>
      isClaimed(object)
        ? []
        : onlyMutable(["resources", "volumeName", "storageClassName", "volumeAttributesClassName"], "persistentvolumeclaim")(
            object,
            previous,
          ),
  },
  "apps/statefulsets": {
    defaults: statefulSet,
    validate: both(
      selectsItsTemplate,
      (object) => podSpecCauses(objectOf(valueAt(object, ["spec", "template", "spec"])), "spec.template.spec"),
      onlyMutable(statefulSetFields, "statefulset"),
    ),
  },
  "coordination.k8s.io/leases": { validate: both(counts("leaseDurationSeconds", 1), counts("leaseTransitions", 0)) },
  "apps/deployments": { defaults: deployment, validate: selectsItsTemplate },
  "policy/poddisruptionbudgets": {
    validate: (object) =>
      valueAt(object, ["spec", "minAvailable"]) !== undefined && valueAt(object, ["spec", "maxUnavailable"]) !== undefined
        ? [invalidValue("spec", object["spec"], "minAvailable and maxUnavailable cannot be both set")]
        : [],
  },
  "apiextensions.k8s.io/customresourcedefinitions": definitionRules,
  "storage.k8s.io/storageclasses": { defaults: (object) => ({ reclaimPolicy: "Delete", volumeBindingMode: "Immediate", ...object }) },
};

export const builtinRules = (storage: string): Rules => ({ ...plain, ...rules[storage] });
