// Some kubectl commands (`create configmap`, `auth can-i`, `drain` …) send protobuf and nothing else. Their few messages are
// read by a table of field numbers, from the published .proto files; what is not in the table is refused, not guessed.
import { type Json, type JsonObject, objectOf, textOf } from "./json.ts";

type Field = readonly [name: string, type: Type];
type Type =
  | "text"
  | "texts"
  | "bytes"
  | "integer"
  | "boolean"
  | "textMap"
  | "bytesMap"
  | { readonly one: Message }
  | { readonly many: Message }
  | "intOrText";
type Message = Readonly<Record<number, Field>>;

const metadata: Field = [
  "metadata",
  {
    one: {
      1: ["name", "text"],
      2: ["generateName", "text"],
      3: ["namespace", "text"],
      5: ["uid", "text"],
      6: ["resourceVersion", "text"],
      11: ["labels", "textMap"],
      12: ["annotations", "textMap"],
      14: ["finalizers", "texts"],
    },
  },
];
const preconditions: Message = { 1: ["uid", "text"], 2: ["resourceVersion", "text"] };
const deleteOptions: Message = {
  1: ["gracePeriodSeconds", "integer"],
  2: ["preconditions", { one: preconditions }],
  3: ["orphanDependents", "boolean"],
  4: ["propagationPolicy", "text"],
  5: ["dryRun", "texts"],
};
const rule: Message = {
  1: ["verbs", "texts"],
  2: ["apiGroups", "texts"],
  3: ["resources", "texts"],
  4: ["resourceNames", "texts"],
  5: ["nonResourceURLs", "texts"],
};
const subject: Message = { 1: ["kind", "text"], 2: ["apiGroup", "text"], 3: ["name", "text"], 4: ["namespace", "text"] };
const roleRef: Message = { 1: ["apiGroup", "text"], 2: ["kind", "text"], 3: ["name", "text"] };
const role: Message = { 1: metadata, 2: ["rules", { many: rule }] };
const binding: Message = { 1: metadata, 2: ["subjects", { many: subject }], 3: ["roleRef", { one: roleRef }] };
const resourceAttributes: Message = {
  1: ["namespace", "text"],
  2: ["verb", "text"],
  3: ["group", "text"],
  4: ["version", "text"],
  5: ["resource", "text"],
  6: ["subresource", "text"],
  7: ["name", "text"],
};
const accessSpec: Message = {
  1: ["resourceAttributes", { one: resourceAttributes }],
  2: ["nonResourceAttributes", { one: { 1: ["path", "text"], 2: ["verb", "text"] } }],
};
const budgetSpec: Message = {
  1: ["minAvailable", "intOrText"],
  2: ["selector", { one: { 1: ["matchLabels", "textMap"] } }],
  3: ["maxUnavailable", "intOrText"],
};

const messages: Readonly<Record<string, Message>> = {
  "v1 Namespace": { 1: metadata, 2: ["spec", { one: { 1: ["finalizers", "texts"] } }] },
  "v1 ConfigMap": { 1: metadata, 2: ["data", "textMap"], 3: ["binaryData", "bytesMap"], 4: ["immutable", "boolean"] },
  "v1 Secret": { 1: metadata, 2: ["data", "bytesMap"], 3: ["type", "text"], 4: ["stringData", "textMap"], 5: ["immutable", "boolean"] },
  "v1 ServiceAccount": { 1: metadata, 4: ["automountServiceAccountToken", "boolean"] },
  "authorization.k8s.io/v1 SelfSubjectAccessReview": { 1: metadata, 2: ["spec", { one: accessSpec }] },
  "authorization.k8s.io/v1 SelfSubjectRulesReview": { 1: metadata, 2: ["spec", { one: { 1: ["namespace", "text"] } }] },
  "authentication.k8s.io/v1 SelfSubjectReview": { 1: metadata },
  "authentication.k8s.io/v1 TokenRequest": {
    1: metadata,
    2: ["spec", { one: { 1: ["audiences", "texts"], 4: ["expirationSeconds", "integer"] } }],
  },
  "policy/v1 Eviction": { 1: metadata, 2: ["deleteOptions", { one: deleteOptions }] },
  "policy/v1 PodDisruptionBudget": { 1: metadata, 2: ["spec", { one: budgetSpec }] },
  "rbac.authorization.k8s.io/v1 Role": role,
  "rbac.authorization.k8s.io/v1 ClusterRole": role,
  "rbac.authorization.k8s.io/v1 RoleBinding": binding,
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": binding,
};

/** What a body says it is: four bytes of magic, then a message of its type and its content. */
const envelope: Message = { 1: ["typeMeta", { one: { 1: ["apiVersion", "text"], 2: ["kind", "text"] } }], 2: ["raw", "bytes"] };
const magic = Buffer.from("k8s\0", "latin1");

/** The object, or undefined where its kind is not in the table; throws a RangeError where the bytes are no such message. */
export const decodeProtobuf = (body: Buffer): JsonObject | undefined => {
  if (!body.subarray(0, 4).equals(magic)) return undefined;
  const outer = decodeMessage(body.subarray(4), envelope);
  const type = objectOf(outer["typeMeta"]);
  const [apiVersion, kind] = [textOf(type["apiVersion"]), textOf(type["kind"])];
  const message = kind === "DeleteOptions" ? deleteOptions : messages[`${apiVersion} ${kind}`];
  if (message === undefined) return undefined;
  return { apiVersion, kind, ...decodeMessage(Buffer.from(textOf(outer["raw"]), "base64"), message) };
};

const decodeMessage = (bytes: Buffer, message: Message): JsonObject => {
  const object: JsonObject = {};
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined || shift > 63n) throw new RangeError("the protobuf message ends in the middle of a number");
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  const block = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new RangeError("the protobuf message ends in the middle of a field");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = message[Math.floor(tag / 8)];
    switch (tag % 8) {
      case 0: {
        const value = varint();
        if (field !== undefined) object[field[0]] = field[1] === "boolean" ? value !== 0 : value;
        break;
      }
      case 2: {
        const value = block(varint());
        // Go writes every text, the empty ones too; JSON leaves those out.
        if (field !== undefined && !(field[1] === "text" && value.length === 0))
          object[field[0]] = withBlock(object[field[0]], field[1], value);
        break;
      }
      case 1:
        block(8);
        break;
      case 5:
        block(4);
        break;
      default:
        throw new RangeError(`the protobuf message has a field of the unknown wire type ${tag % 8}`);
    }
  }
  return object;
};

/** The field's value after one more block of it: lists and maps grow, everything else is replaced. */
const withBlock = (before: Json | undefined, type: Type, block: Buffer): Json => {
  if (typeof type === "object") {
    if ("one" in type) return decodeMessage(block, type.one);
    return [...(Array.isArray(before) ? before : []), decodeMessage(block, type.many)];
  }
  switch (type) {
    case "texts":
      return [...(Array.isArray(before) ? before : []), block.toString("utf8")];
    case "bytes":
      return block.toString("base64");
    case "textMap":
    case "bytesMap": {
      const entry = decodeMessage(block, { 1: ["key", "text"], 2: ["value", type === "textMap" ? "text" : "bytes"] });
      return { ...objectOf(before), [textOf(entry["key"])]: entry["value"] ?? "" };
    }
    case "intOrText": {
      const value = decodeMessage(block, { 1: ["type", "integer"], 2: ["number", "integer"], 3: ["text", "text"] });
      return value["type"] === 1 ? (value["text"] ?? "") : (value["number"] ?? 0);
    }
    case "text":
    case "integer":
    case "boolean":
      return block.toString("utf8");
  }
};
