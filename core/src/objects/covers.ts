/**
 * Does what is there say everything that was wanted? What is there may say more: defaults of the API server, and fields that
 * somebody else owns. Some values are whole, though: a selector with one more label selects other pods.
 */
import { isList, isObject } from "../fields.ts";
import type { Json } from "../json.ts";
import { isSameQuantity } from "../quantity.ts";

/** `field`: the name of the field that holds the value; it says how the API server merges it. */
export const covers = (wanted: Json, found: Json | undefined, field: string): boolean => {
  if (isList(wanted)) return coversList(wanted, found, field);
  if (isObject(wanted)) return coversObject(wanted, found, field);
  // Fields that are off are left out by the server.
  if (found === undefined) return wanted === false;
  if (QUANTITIES.has(field) && isAmount(wanted) && isAmount(found)) return isSameQuantity(String(wanted), String(found));
  return wanted === found;
};

/** Maps that are one value, of any type that has them (Service, StatefulSet, PodDisruptionBudget, Pod). */
const WHOLE = new Set(["selector", "labelSelector", "matchLabels", "nodeSelector"]);
const QUANTITIES = new Set(["limits", "requests"]);
/** Lists whose elements the API server tells apart by what is in them, in whatever order; those of other lists are told apart by their place. */
const UNORDERED = new Set(["ownerReferences", "containers", "env", "ports", "volumes", "volumeMounts", "topologySpreadConstraints"]);

const coversObject = (wanted: { readonly [key: string]: Json }, found: Json | undefined, field: string): boolean => {
  const there = found === undefined ? {} : found;
  if (!isObject(there)) return false;
  const keys = Object.keys(wanted);
  if (WHOLE.has(field) && Object.keys(there).some((key) => !Object.hasOwn(wanted, key))) return false;
  // The entries of an amount list are judged as amounts, under whatever name.
  return keys.every((key) =>
    covers(wanted[key] ?? null, Object.hasOwn(there, key) ? there[key] : undefined, QUANTITIES.has(field) ? field : key),
  );
};

const coversList = (wanted: readonly Json[], found: Json | undefined, field: string): boolean => {
  const there = found === undefined ? [] : found;
  if (!isList(there)) return false;
  return UNORDERED.has(field)
    ? wanted.every((value) => there.some((other) => covers(value, other, "")))
    : wanted.length === there.length && wanted.every((value, index) => covers(value, there[index], ""));
};

const isAmount = (value: Json): value is string | number => typeof value === "string" || typeof value === "number";
