/** The template that pods are made from. */
import { nameOf } from "../cluster.ts";
import type { JsonObject } from "../json.ts";
import { startedWith } from "./config-map.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Owner } from "./metadata.ts";
import { CLUSTER_UID, CONTAINER, REVISION, VOLUME, ownLabels, selectorLabels } from "./names.ts";
import { CONFIG_PATH, DATA_PATH, SECRET_PATH } from "./scripts.ts";
import { PASSWORD_KEY } from "./secret.ts";

/** `valkey` in the Debian image of the project; `restricted` demands a number. The files of the image are readable by anybody. */
const USER = 999;

export const podTemplate = (owner: Owner): JsonObject => ({
  metadata: {
    labels: { ...owner.spec.labels, ...ownLabels(owner.name) },
    annotations: { ...owner.spec.annotations, [CLUSTER_UID]: owner.uid, [REVISION]: revisionOf(owner) },
  },
  spec: podSpec(owner),
});

/**
 * Names everything that a pod has to be made anew for. Labels and annotations are not in it, nor are the probes' scripts:
 * nobody has to lose a pod for them.
 */
export const revisionOf = (owner: Owner): string => fingerprint({ pod: podSpec(owner), ...startedWith(owner) });

const podSpec = (owner: Owner): JsonObject => ({
  // Valkey needs nothing of the API server, nor the addresses of other Services in its environment.
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  // Half of it for handing over; then the server waits 10 s for its replicas, and writes out its log.
  terminationGracePeriodSeconds: 30,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
  ...(Object.keys(owner.spec.nodeSelector).length === 0 ? {} : { nodeSelector: owner.spec.nodeSelector }),
  // Both are wishes: a cluster on one node is better than none.
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selectorLabels(owner.name) } },
        },
      ],
    },
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: selectorLabels(owner.name) },
    },
  ],
  containers: [container(owner)],
  volumes: [
    { name: "config", configMap: { name: nameOf(owner.name).config } },
    { name: "secret", secret: { secretName: nameOf(owner.name).secret } },
    ...(owner.spec.persistence.enabled ? [] : [{ name: VOLUME, emptyDir: {} }]),
  ],
});

const container = ({ name, spec }: Owner): JsonObject => ({
  name: CONTAINER,
  image: spec.image,
  command: ["sh", `${CONFIG_PATH}/start.sh`],
  ports: [{ containerPort: spec.port, protocol: "TCP" }],
  env: [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    // By which `valkey-cli` in the pod needs no password on its command line.
    { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: nameOf(name).secret, key: PASSWORD_KEY } } },
  ],
  ...(Object.keys(spec.resources).length === 0 ? {} : { resources: spec.resources }),
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  readinessProbe: {
    exec: { command: ["sh", `${CONFIG_PATH}/readiness.sh`] },
    periodSeconds: 2,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
  // A minute without any answer: a hung process is ended, a slow one is not. The operator does not wait for it.
  livenessProbe: {
    exec: { command: ["sh", `${CONFIG_PATH}/liveness.sh`] },
    periodSeconds: 5,
    timeoutSeconds: 5,
    failureThreshold: 12,
  },
  lifecycle: { preStop: { exec: { command: ["sh", `${CONFIG_PATH}/pre-stop.sh`] } } },
  volumeMounts: [
    { name: "config", mountPath: CONFIG_PATH, readOnly: true },
    { name: "secret", mountPath: SECRET_PATH, readOnly: true },
    { name: VOLUME, mountPath: DATA_PATH },
  ],
});
