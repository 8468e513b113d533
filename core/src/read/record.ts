/**
 * The record, read strictly: it says who holds the data, so a record that is newer than we are or that does not parse is
 * never acted on and never overwritten.
 */
import { at, integerAt, isObject, listAt, textAt } from "../fields.ts";
import { defined } from "../health.ts";
import type { Json } from "../json.ts";
import type { Evidence, FailoverRecord, Identity, Intent, Marker, Member, Primary, Retired } from "../record.ts";
import { type Result, err, ok } from "../result.ts";
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

/** Err says which field is unreadable. */
export const readRecord = (json: Json): Result<FailoverRecord, string> => {
  const version = integerAt(json, "version");
  if (version !== 1) return err(`version: ${version ?? "none"}, and this operator reads 1`);
  const claimed = integerAt(json, "epoch");
  const waitReplicas = integerAt(json, "waitReplicas");
  const minReplicas = integerAt(json, "minReplicas");
  const members = every(listAt(json, "members"), readMember);
  const retired = every(listAt(json, "retired"), readRetired);
  const primary = optional(at(json, "primary"), readPrimary);
  const intent = optional(at(json, "intent"), readIntent);
  const marker = optional(at(json, "marker"), readMarker);
  const markerBefore = optional(at(json, "markerBefore"), readMarker);
  if (claimed === undefined) return err("epoch");
  if (waitReplicas === undefined) return err("waitReplicas");
  if (minReplicas === undefined) return err("minReplicas");
  if (members === undefined) return err("members");
  if (retired === undefined) return err("retired");
  if (primary === "Unreadable") return err("primary");
  if (intent === "Unreadable") return err("intent");
  if (marker === "Unreadable") return err("marker");
  if (markerBefore === "Unreadable") return err("markerBefore");
  return ok({
    version,
    epoch: epoch(claimed),
    ...(primary === undefined ? {} : { primary }),
    ...(intent === undefined ? {} : { intent }),
    members,
    waitReplicas,
    minReplicas,
    ...(marker === undefined ? {} : { marker }),
    ...(markerBefore === undefined ? {} : { markerBefore }),
    retired,
  });
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
    ...(before === undefined ? {} : { replidBefore: replicationId(before) }),
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
  if (kind === "Grant" && candidate !== undefined) return { kind, ...(old === undefined ? {} : { old }), candidate, evidence };
  return undefined;
};

const readMember = (json: Json): Member | undefined => {
  const identity = readIdentity(json);
  const state = textAt(json, "state");
  return identity === undefined || (state !== "Joining" && state !== "Streaming") ? undefined : { ...identity, state };
};

const readRetired = (json: Json): Retired | undefined => {
  const identity = readIdentity(json);
  const address = textAt(json, "address");
  return identity === undefined ? undefined : { ...identity, ...(address === undefined ? {} : { address }) };
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

const every = <Value>(list: readonly Json[], read: (json: Json) => Value | undefined): readonly Value[] | undefined => {
  const values = list.map(read).filter((value) => value !== undefined);
  return values.length === list.length ? values : undefined;
};
