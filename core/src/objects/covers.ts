/**
 * Does what is there say everything that was wanted? What is there may say more: defaults of the API server, and fields that
 * somebody else owns. Some values are whole, though: a selector with one more label selects other pods.
 */
import { canonical, isList, isObject } from "../fields.ts";
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
/** By what the API server tells apart the elements of a list; the elements of other lists are told apart by their place. */
const KEYS: { readonly [field: string]: readonly string[] } = {
  ownerReferences: ["uid"],
  containers: ["name"],
  env: ["name"],
  ports: ["containerPort", "port", "protocol"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
};

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
  const keys = Object.hasOwn(KEYS, field) ? KEYS[field] : undefined;
  if (keys === undefined) return wanted.length === there.length && wanted.every((value, index) => covers(value, there[index], ""));
  return wanted.every((value) => {
    const name = nameIn(value, keys);
    return there.some((other) => nameIn(other, keys) === name && covers(value, other, ""));
  });
};

const nameIn = (value: Json, keys: readonly string[]): string =>
  canonical(isObject(value) ? keys.map((key) => (Object.hasOwn(value, key) ? (value[key] ?? null) : null)) : value);

const isAmount = (value: Json): value is string | number => typeof value === "string" || typeof value === "number";
