// What Kubernetes adds to CEL and CRDs use: quantities, and the list and string functions of its library.
import type { Environment } from "@marcbachmann/cel-js";

/** A resource quantity as a number; `text` is kept for equality of spelling-independent values. */
class Quantity {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const suffixes: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** undefined where the text is no quantity. */
export const quantityValue = (text: string): number | undefined => {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", suffix = "", exponent = "0"] = match;
  return Number(digits) * (suffixes[suffix] ?? 1) * 10 ** Number(exponent);
};

const quantity = (text: string): Quantity => {
  const value = quantityValue(text);
  if (value === undefined) throw new Error(`"${text}" is not a quantity such as 500m, 2 or 1Gi`);
  return new Quantity(value);
};

const compared = (left: unknown, right: unknown): number => {
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [Number(left), Number(right)];
  return a < b ? -1 : a > b ? 1 : 0;
};

export const addLibrary = (environment: Environment): Environment =>
  environment
    .registerType("Quantity", { ctor: Quantity, fields: { value: "double" } })
    .registerFunction("quantity(string): Quantity", quantity)
    .registerFunction("isQuantity(string): bool", (text: string) => quantityValue(text) !== undefined)
    .registerFunction("Quantity.isGreaterThan(Quantity): bool", (left: Quantity, right: Quantity) => left.value > right.value)
    .registerFunction("Quantity.isLessThan(Quantity): bool", (left: Quantity, right: Quantity) => left.value < right.value)
    .registerFunction("Quantity.compareTo(Quantity): int", (left: Quantity, right: Quantity) => BigInt(Math.sign(left.value - right.value)))
    .registerFunction("Quantity.sign(): int", (of: Quantity) => BigInt(Math.sign(of.value)))
    .registerFunction("Quantity.asApproximateFloat(): double", (of: Quantity) => of.value)
    .registerFunction("Quantity.isInteger(): bool", (of: Quantity) => Number.isInteger(of.value))
    .registerFunction("Quantity.asInteger(): int", (of: Quantity) => BigInt(of.value))
    .registerFunction("list.isSorted(): bool", (list: unknown[]) =>
      list.every((each, index) => index === 0 || compared(list[index - 1], each) <= 0),
    )
    .registerFunction("list.sum(): dyn", (list: unknown[]) =>
      list.every((each) => typeof each === "bigint")
        ? list.reduce<bigint>((sum, each) => sum + BigInt(String(each)), 0n)
        : list.reduce<number>((sum, each) => sum + Number(each), 0),
    )
    .registerFunction("list.min(): dyn", (list: unknown[]) => list.toSorted(compared)[0])
    .registerFunction("list.max(): dyn", (list: unknown[]) => list.toSorted(compared).at(-1))
    .registerFunction("list.indexOf(dyn): int", (list: unknown[], value: unknown) => BigInt(list.indexOf(value)))
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) => text.replaceAll(from, to))
    .registerFunction("string.find(string): string", (text: string, pattern: string) => new RegExp(pattern, "u").exec(text)?.[0] ?? "");
