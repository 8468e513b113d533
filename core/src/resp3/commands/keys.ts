// Keys: only what a check of an operator needs to write something and look for it.

import { type AtLeastOne, type Command, flag, type Octets, option } from "./arguments.ts";

export const get = (key: Octets): Command => ["GET", key];
export const mget = (...keys: AtLeastOne<Octets>): Command => ["MGET", ...keys];

export type SetOptions = {
  readonly only?: "NX" | "XX";
  readonly expireMs?: number;
  /** The reply is the value before. */
  readonly returnOld?: boolean;
};

export const set = (key: Octets, value: Octets | number | bigint, { only, expireMs, returnOld }: SetOptions = {}): Command => [
  "SET",
  key,
  value,
  ...(only === undefined ? [] : [only]),
  ...flag("GET", returnOld),
  ...option("PX", expireMs),
];

export const del = (...keys: AtLeastOne<Octets>): Command => ["DEL", ...keys];
export const exists = (...keys: AtLeastOne<Octets>): Command => ["EXISTS", ...keys];
export const incrBy = (key: Octets, by: number | bigint): Command => ["INCRBY", key, by];
