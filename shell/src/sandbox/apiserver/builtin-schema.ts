// The OpenAPI schema of a built-in kind: its top-level fields, which is what `kubectl explain` needs to find the kind.
// The parts are open objects: this server stores built-in kinds as they come and leaves their meaning to their readers.
import type { JsonObject } from "./json.ts";

const open: JsonObject = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

const topLevel: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData", "immutable"],
  Secret: ["data", "stringData", "type", "immutable"],
  ServiceAccount: ["secrets", "imagePullSecrets", "automountServiceAccountToken"],
};

export const builtinSchema = (group: string, version: string, kind: string): JsonObject => ({
  type: "object",
  description: `${kind} of ${group === "" ? "core" : group}/${version}, as the Kubernetes API defines it.`,
  properties: {
    apiVersion: { type: "string", description: "The version of the schema this object is written in." },
    kind: { type: "string", description: "The kind of object." },
    metadata: { ...open, description: "Standard object metadata." },
    ...Object.fromEntries(
      (topLevel[kind] ?? ["spec", "status"]).map((field) => [field, { ...open, description: `The ${field} of the ${kind}.` }]),
    ),
  },
});
