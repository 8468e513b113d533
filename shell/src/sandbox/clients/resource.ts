// What the sandbox's controllers, kubelet and proxy know of Kubernetes objects: the fields they read, and no more.
//
// The API server has checked every object against its schema before it hands it out, so an object is taken on trust here:
// `asResource` looks for the metadata that everything is keyed by, and is the one place where unknown JSON gets a type.

export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

export type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
};

export type Resource = { readonly apiVersion?: string; readonly kind?: string; readonly metadata: Metadata };

export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
};

export type LabelSelector = {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
};

export type ConfigMap = Resource & {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
};
export type Secret = Resource & { readonly data?: Readonly<Record<string, string>> };

export type Service = Resource & {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly publishNotReadyAddresses?: boolean;
    readonly ports?: readonly ServicePort[];
  };
};

export type ServicePort = {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
};

export type PersistentVolumeClaim = Resource & {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly dataSource?: unknown;
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  };
  readonly status?: { readonly phase?: string; readonly capacity?: Readonly<Record<string, string>> };
};

export type PersistentVolume = Resource & {
  readonly spec: {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
    readonly claimRef?: { readonly namespace?: string; readonly name: string; readonly uid?: string };
    readonly hostPath?: { readonly path: string };
    readonly local?: { readonly path: string };
  };
  readonly status?: { readonly phase?: string };
};

export type NodeObject = Resource & {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The parse edge: an object with a name in its metadata, taken as the kind that was asked for; else undefined. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the kind it asked the API server for
export const asResource = <R extends Resource = Resource>(body: unknown): R | undefined => (isResource<R>(body) ? body : undefined);

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as above
const isResource = <R extends Resource>(body: unknown): body is R =>
  isObject(body) && isObject(body["metadata"]) && typeof body["metadata"]["name"] === "string";

export const keyOf = (metadata: Metadata): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** RFC 3339 to the second, as Kubernetes writes its times. */
export const timestamp = (at: Date = new Date()): string => `${at.toISOString().slice(0, 19)}Z`;

/** Kubernetes label selection; an absent selector selects nothing, an empty one everything. */
export const matchesLabels = (selector: LabelSelector | undefined, labels: Readonly<Record<string, string>> = {}): boolean => {
  if (selector === undefined) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "In") return value !== undefined && values.includes(value);
      if (operator === "NotIn") return value === undefined || !values.includes(value);
      if (operator === "Exists") return value !== undefined;
      return operator === "DoesNotExist" && value === undefined;
    })
  );
};
