/**
 * The record, read strictly: it says who holds the data, so a record that is newer than we are or that does not parse is
 * never acted on and never overwritten.
 */
import { at, integerAt, isList, isObject, textAt } from "../fields.ts";
import { defined } from "../health.ts";
import type { Json } from "../json.ts";
import type { Evidence, FailoverRecord, Identity, Intent, Marker, Member, Primary, Retired } from "../record.ts";
import { epoch, podName, replicationId, runId, uid } from "../units.ts";

const EVIDENCE: { readonly [name in Evidence]: true } = {
  Dead: true,
  Missing: true,
  Silent: true,
  Demoted: true,
  CandidateUnusable: true,
  Requested: true,
  ScaleDown: true,
  PodLeaving: true,
  NodeLeaving: true,
  SwitchoverFailed: true,
  Bootstrap: true,
  Adopted: true,
  VolumeReturned: true,
  DataLost: true,
  LossAllowed: true,
};

/** Undefined where there is none, or where one field of it is unreadable. */
export const readRecord = (json: Json | undefined): FailoverRecord | undefined => {
  const version = integerAt(json, "version");
  const claimed = integerAt(json, "epoch");
  const waitReplicas = integerAt(json, "waitReplicas");
  const minReplicas = integerAt(json, "minReplicas");
  const members = every(at(json, "members"), readMember);
  const retired = every(at(json, "retired"), readRetired);
  const primary = optional(at(json, "primary"), readPrimary);
  const intent = optional(at(json, "intent"), readIntent);
  const marker = optional(at(json, "marker"), readMarker);
  const markerBefore = optional(at(json, "markerBefore"), readMarker);
  if (version !== 1 || claimed === undefined || waitReplicas === undefined || minReplicas === undefined) return undefined;
  if (members === undefined || retired === undefined || primary === "Unreadable" || intent === "Unreadable") return undefined;
  if (marker === "Unreadable" || markerBefore === "Unreadable") return undefined;
  return {
    version,
    epoch: epoch(claimed),
    ...defined("primary", primary),
    ...defined("intent", intent),
    members,
    waitReplicas,
    minReplicas,
    ...defined("marker", marker),
    ...defined("markerBefore", markerBefore),
    retired,
  };
};

const readIdentity = (json: Json | undefined): Identity | undefined => {
  const pod = textAt(json, "pod");
  const life = textAt(json, "uid");
  const run = textAt(json, "runId");
  return pod === undefined || life === undefined || run === undefined
    ? undefined
    : { pod: podName(pod), uid: uid(life), runId: runId(run) };
};

const readPrimary = (json: Json): Primary | undefined => {
  const identity = readIdentity(json);
  const since = integerAt(json, "epoch");
  const replid = textAt(json, "replid");
  const before = textAt(json, "replidBefore");
  if (identity === undefined || since === undefined || replid === undefined) return undefined;
  return {
    ...identity,
    epoch: epoch(since),
    replid: replicationId(replid),
    ...defined("replidBefore", before === undefined ? undefined : replicationId(before)),
    ...defined("address", textAt(json, "address")),
  };
};

const readIntent = (json: Json): Intent | undefined => {
  const evidence = textAt(json, "evidence");
  const old = optional(at(json, "old"), readIdentity);
  const candidate = optional(at(json, "candidate"), readIdentity);
  if (evidence === undefined || !isEvidence(evidence) || old === "Unreadable" || candidate === "Unreadable") return undefined;
  const kind = textAt(json, "kind");
  const lossPossible = textAt(json, "lossPossible");
  if (kind === "Failover" && old !== undefined) {
    return { kind, old, ...defined("candidate", candidate), evidence, ...defined("lossPossible", lossPossible) };
  }
  if (kind === "Switchover" && old !== undefined && candidate !== undefined) return { kind, old, candidate, evidence };
  if (kind === "Grant" && candidate !== undefined) return { kind, ...defined("old", old), candidate, evidence };
  return undefined;
};

const readMember = (json: Json): Member | undefined => {
  const identity = readIdentity(json);
  const state = textAt(json, "state");
  return identity === undefined || (state !== "Joining" && state !== "Streaming") ? undefined : { ...identity, state };
};

const readRetired = (json: Json): Retired | undefined => {
  const identity = readIdentity(json);
  return identity === undefined ? undefined : { ...identity, ...defined("address", textAt(json, "address")) };
};

const readMarker = (json: Json): Marker | undefined => {
  const written = integerAt(json, "epoch");
  const seq = integerAt(json, "seq");
  const pod = textAt(json, "pod");
  return written === undefined || seq === undefined || pod === undefined ? undefined : { epoch: epoch(written), seq, pod: podName(pod) };
};

export const isEvidence = (text: string): text is Evidence => Object.hasOwn(EVIDENCE, text);

const optional = <Value>(json: Json | undefined, read: (json: Json) => Value | undefined): Value | undefined | "Unreadable" =>
  json === undefined || json === null ? undefined : isObject(json) ? (read(json) ?? "Unreadable") : "Unreadable";

/** A list that is not there is no empty one: whose data counts is not known then. */
const every = <Value>(list: Json | undefined, read: (json: Json) => Value | undefined): readonly Value[] | undefined => {
  if (!isList(list)) return undefined;
  const values = list.flatMap((one) => read(one) ?? []);
  return values.length === list.length ? values : undefined;
};
