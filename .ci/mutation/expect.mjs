// The matchers that our tests use, with Vitest's meaning.
import { isDeepStrictEqual } from "node:util";
import { contains, equals, isLike } from "./equality.mjs";

const shown = (value) => {
  try {
    return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner))?.slice(0, 200) ?? String(value);
  } catch {
    return String(value);
  }
};

const matchesText = (text, pattern) => (typeof pattern === "string" ? text.includes(pattern) : pattern.test(text));

const MATCHERS = {
  toBe: (actual, wanted) => Object.is(actual, wanted),
  toEqual: equals,
  toStrictEqual: (actual, wanted) => isDeepStrictEqual(actual, wanted),
  toMatchObject: isLike,
  toContain: (actual, wanted) => (typeof actual === "string" ? actual.includes(wanted) : [...actual].includes(wanted)),
  toContainEqual: (actual, wanted) => [...actual].some((one) => equals(one, wanted)),
  toBeUndefined: (actual) => actual === undefined,
  toBeDefined: (actual) => actual !== undefined,
  toBeNull: (actual) => actual === null,
  toBeLessThan: (actual, wanted) => actual < wanted,
  toBeLessThanOrEqual: (actual, wanted) => actual <= wanted,
  toBeGreaterThan: (actual, wanted) => actual > wanted,
  toBeGreaterThanOrEqual: (actual, wanted) => actual >= wanted,
  toHaveProperty: (actual, name, ...wanted) => Object.hasOwn(actual, name) && wanted.every((one) => equals(actual[name], one)),
  toHaveLength: (actual, wanted) => actual.length === wanted,
  toMatch: (actual, wanted) => matchesText(actual, wanted),
  toThrow: (actual, wanted) => {
    try {
      actual();
      return false;
    } catch (problem) {
      return wanted === undefined || matchesText(problem.message, wanted);
    }
  },
};

const matchersOf = (actual, isNot) =>
  Object.fromEntries(
    Object.entries(MATCHERS).map(([name, holds]) => [
      name,
      (...wanted) => {
        if (holds(actual, ...wanted) === isNot)
          throw new Error(`expected ${shown(actual)} ${isNot ? "not " : ""}${name} ${wanted.map(shown).join(", ")}`);
      },
    ]),
  );

export const expect = (actual) => ({ ...matchersOf(actual, false), not: matchersOf(actual, true) });

const asymmetric = (matches) => ({ matches, [Symbol.for("asymmetric")]: true });
expect.any = (type) => asymmetric((value) => typeof value === type.name.toLowerCase() || value instanceof type);
expect.arrayContaining = (wanted) => asymmetric((value) => Array.isArray(value) && contains(value, wanted));
expect.objectContaining = (wanted) => asymmetric((value) => typeof value === "object" && value !== null && isLike(value, wanted));
expect.stringMatching = (pattern) => asymmetric((value) => typeof value === "string" && matchesText(value, pattern));
