// The StatefulSet and its revisions, as far as the controller reads them.
import type { PodSpec } from "../clients/pod.ts";
import type { LabelSelector, Metadata, PersistentVolumeClaim, Resource } from "../clients/resource.ts";

export type PodTemplate = { readonly metadata?: Partial<Metadata>; readonly spec: PodSpec };

export type StatefulSetStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
};

export type StatefulSet = Resource & {
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly podManagementPolicy?: string;
    readonly minReadySeconds?: number;
    readonly ordinals?: { readonly start?: number };
    readonly revisionHistoryLimit?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
    readonly volumeClaimTemplates?: readonly Pick<PersistentVolumeClaim, "metadata" | "spec">[];
  };
  readonly status?: StatefulSetStatus;
};

export type ControllerRevision = Resource & {
  readonly revision: number;
  readonly data?: { readonly spec?: { readonly template?: PodTemplate } };
};
