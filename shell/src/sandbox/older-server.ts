// Definitions for a kube-apiserver that is older than they are. The sandbox can run whichever is there; one from before rules (1.25)
// refuses a definition that has any, so it gets the definition without them, and core's own check of each spec is all there is.
import { isRecord } from "../kubernetes/answer.ts";

/** Rules in CEL came with Kubernetes 1.25. */
export const RULES_SINCE_MINOR = 25;

/**
 * A definition as a server of Kubernetes 1.`minor` takes it. Texts may be null for an old one too: built with a newer Go than its own
 * (as a distribution does), 1.20 takes an empty text for null and refuses it. Keys of lists must not be null, and are never empty.
 */
export const servable = (value: unknown, minor: number, listKeys: readonly unknown[] = []): unknown => {
  if (minor >= RULES_SINCE_MINOR) return value;
  if (Array.isArray(value)) return value.map((item) => servable(item, minor));
  if (!isRecord(value)) return value;
  const keys = value["x-kubernetes-list-map-keys"];
  const kept = Object.entries(value)
    .filter(([key]) => key !== "x-kubernetes-validations")
    .map(([key, inner]) => {
      if (key === "properties") return [key, properties(inner, minor, listKeys)];
      return [key, servable(inner, minor, key === "items" && Array.isArray(keys) ? keys : [])];
    });
  return Object.fromEntries(kept);
};

const fixed = new Set(["apiVersion", "kind"]);

const properties = (value: unknown, minor: number, listKeys: readonly unknown[]): unknown => {
  if (!isRecord(value)) return value;
  const all = Object.entries(value).map(([name, property]) => {
    const served = servable(property, minor);
    const isText = isRecord(served) && served["type"] === "string" && !fixed.has(name) && !listKeys.includes(name);
    return [name, isText ? { ...served, nullable: true } : served];
  });
  return Object.fromEntries(all);
};
