// RC-7: the API server writes amounts its own way. What means the same is no drift, or every look at an object would write it again; what means
// something else is.
import { isSameQuantity } from "@gungnir/core";
import { test } from "@fast-check/vitest";
import * as fc from "fast-check";
import { expect, it } from "vitest";

/** How many billionths one of a suffix is, as Kubernetes has it. */
const UNITS: readonly (readonly [string, bigint])[] = [
  ["n", 1n],
  ["u", 1_000n],
  ["m", 1_000_000n],
  ["", 10n ** 9n],
  ["k", 10n ** 12n],
  ["M", 10n ** 15n],
  ["G", 10n ** 18n],
  ["T", 10n ** 21n],
  ["P", 10n ** 24n],
  ["E", 10n ** 27n],
  ["Ki", 2n ** 10n * 10n ** 9n],
  ["Mi", 2n ** 20n * 10n ** 9n],
  ["Gi", 2n ** 30n * 10n ** 9n],
  ["Ti", 2n ** 40n * 10n ** 9n],
  ["Pi", 2n ** 50n * 10n ** 9n],
  ["Ei", 2n ** 60n * 10n ** 9n],
];
type Amount = { readonly text: string; readonly billionths: bigint };
/** An amount with as many decimals as are exact in its unit. */
const anyAmount: fc.Arbitrary<Amount> = fc
  .record({
    unit: fc.constantFrom(...UNITS),
    whole: fc.nat(400),
    decimals: fc.constantFrom("", "5", "50", "25", "125"),
    sign: fc.constantFrom("", "+", "-"),
  })
  .map(({ unit: [suffix, size], whole, decimals, sign }) => {
    const fraction = size === 1n ? "" : decimals;
    const scale = 10n ** BigInt(fraction.length);
    const amount = (BigInt(`${whole}${fraction}`) * size) / scale;
    return { text: `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}${suffix}`, billionths: sign === "-" ? -amount : amount };
  });

/** The same amount in plain billionths: at most thirty digits, which is all that is read. */
const plain = ({ billionths }: Amount): string => `${billionths}n`;

test.prop([anyAmount, anyAmount])("RC-7 two texts are the same amount exactly if they are as many billionths", (a, b) => {
  expect(isSameQuantity(a.text, plain(a))).toBe(true);
  expect(isSameQuantity(a.text, b.text)).toBe(a.billionths === b.billionths);
  expect(isSameQuantity(a.text, plain({ ...a, billionths: a.billionths + 1n }))).toBe(false);
});

test.prop([fc.nat(2000), fc.integer({ min: -9, max: 16 }), fc.constantFrom("e", "E")])(
  "RC-7 an exponent is a power of ten",
  (whole, power, mark) => {
    expect(isSameQuantity(`${whole}${mark}${power}`, `${BigInt(whole) * 10n ** BigInt(9 + power)}n`)).toBe(true);
    expect(isSameQuantity(`${whole}.5${mark}${power + 1}`, `${whole * 10 + 5}${mark}${power}`)).toBe(true);
    if (power >= 0) expect(isSameQuantity(`${whole}${mark}+${power}`, `${whole}${mark}${power}`)).toBe(true);
  },
);

it("each unit is as large as Kubernetes has it", () => {
  for (const [suffix, size] of UNITS) {
    expect([suffix, isSameQuantity(`3${suffix}`, `${3n * size}n`)]).toEqual([suffix, true]);
    expect([suffix, isSameQuantity(`3${suffix}`, "3.0")]).toEqual([suffix, suffix === ""]);
  }
});

it("a sign counts, and plus is none", () => {
  expect(isSameQuantity("-1", "1")).toBe(false);
  expect(isSameQuantity("-1", "-1000m")).toBe(true);
  expect(isSameQuantity("+1", "1")).toBe(true);
  expect(isSameQuantity("-0", "0")).toBe(true);
});

it("what is smaller than a billionth is rounded up, as the API server does", () => {
  for (const [text, rounded] of [
    ["0.1n", "1n"],
    ["0.9n", "1n"],
    ["1.1n", "2n"],
    ["1.0n", "1n"],
    ["0.0n", "0"],
    ["1e-10", "1n"],
    ["0.0000000011", "2n"],
  ] as const)
    expect([text, isSameQuantity(text, rounded)]).toEqual([text, true]);
  expect(isSameQuantity("1.1n", "1n")).toBe(false);
});

it("what is no amount is a text, the same as itself alone", () => {
  const texts = [
    "",
    "text",
    "1 Gi",
    "1gi",
    "Gi",
    ".5",
    "5.",
    "1e",
    "1e100",
    "1e-100",
    "1.5.5",
    "x1",
    "1x",
    "--1",
    "1".repeat(31),
    `0.${"1".repeat(31)}`,
  ];
  for (const text of texts) {
    expect([text, isSameQuantity(text, text)]).toEqual([text, true]);
    for (const other of ["0", "1", "5", "1Gi", `${text} `])
      expect([text, other, isSameQuantity(text, other)]).toEqual([text, other, false]);
  }
  expect(isSameQuantity("1".repeat(30), `${"1".repeat(30)}.0`)).toBe(true);
  expect(isSameQuantity("0.5", `0.5${"0".repeat(29)}`)).toBe(true);
});
