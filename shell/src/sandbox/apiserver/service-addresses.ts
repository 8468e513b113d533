// ClusterIPs: a new Service gets a free address of the range, the one it asks for, or none when headless. Which are
// taken is read from the stored Services, so there is nothing to release.
import { type JsonObject, nameOf, objectOf, textOf, valueAt } from "./json.ts";
import { invalid, invalidValue, Rejection } from "./rejection.ts";
import type { Serving } from "./serving.ts";

const service = { group: "", plural: "services", kind: "Service" };

const toNumber = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

/** First and last usable address; throws an Error naming what a range looks like. */
export const parseRange = (range: string): { readonly first: number; readonly last: number } => {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(range);
  const bits = Number(match?.[2]);
  if (match === null || bits < 8 || bits > 30)
    throw new Error(`the service range ${JSON.stringify(range)} is not of the form 127.96.0.0/16 (prefix 8 to 30)`);
  const size = 2 ** (32 - bits);
  const base = Math.floor(toNumber(match[1] ?? "") / size) * size;
  return { first: base + 1, last: base + size - 2 };
};

/** A Service keeps its address when an update does not mention it. */
const withAddressOf = (live: JsonObject, object: JsonObject, spec: JsonObject): JsonObject => {
  const { clusterIP, clusterIPs } = objectOf(live["spec"]);
  if (textOf(spec["clusterIP"]) !== "" || clusterIP === undefined) return object;
  return { ...object, spec: { ...spec, clusterIP, clusterIPs: clusterIPs ?? [clusterIP] } };
};

export const allocated = (serving: Serving, object: JsonObject, live: JsonObject | undefined): JsonObject => {
  const spec = objectOf(object["spec"]);
  if (live !== undefined) return withAddressOf(live, object, spec);
  const asked = textOf(spec["clusterIP"]);
  if (spec["type"] === "ExternalName") return object;
  if (asked === "None") return { ...object, spec: { ...spec, clusterIPs: ["None"] } };
  const taken = new Set(serving.store.list("/services").map((each) => textOf(valueAt(each, ["spec", "clusterIP"]))));
  const { first, last } = parseRange(serving.serviceRange);
  if (asked !== "") {
    const value = toNumber(asked);
    const refuse = (why: string): Rejection =>
      invalid(service, nameOf(object), [invalidValue("spec.clusterIPs[0]", asked, `failed to allocate IP ${asked}: ${why}`)]);
    if (!(value >= first && value <= last)) throw refuse(`the provided IP is not in the valid range ${serving.serviceRange}`);
    if (taken.has(asked)) throw refuse("provided IP is already allocated");
    return { ...object, spec: { ...spec, clusterIPs: [asked] } };
  }
  for (let value = first; value <= last; value += 1) {
    const address = toAddress(value);
    if (!taken.has(address)) return { ...object, spec: { ...spec, clusterIP: address, clusterIPs: [address] } };
  }
  throw new Rejection(
    500,
    "InternalError",
    `no address is left in the service range ${serving.serviceRange}: start the API server with a larger --service-range`,
  );
};
