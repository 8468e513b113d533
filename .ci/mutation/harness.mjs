// As much of Vitest and @fast-check/vitest as our laws and worked examples use: tests are collected, not run.
import * as fc from "fast-check";
import { expect } from "./expect.mjs";

export { expect };
export const collected = [];

let file = "";
let path = [];

export const within = async (name, load) => {
  file = name;
  path = [];
  await load();
};

const add = (title, body) => {
  const whole = [...path, title].join(" > ");
  const id = `${file}#${whole}`;
  const same = collected.filter((one) => one.id === id || one.id.startsWith(`${id} #`)).length;
  collected.push({ file, title: whole, id: same === 0 ? id : `${id} #${same + 1}`, body });
};

/** `test(title, body, timeout)` or `test(title, options, body)`. */
const bodyIn = (given) => given.find((one) => typeof one === "function");

const titled = (title, row, at) => {
  let next = 0;
  const parts = Array.isArray(row) ? row : [row];
  return `${title.replaceAll(/%[a-z]|\$\w+/g, (mark) => (mark.startsWith("$") ? String(row?.[mark.slice(1)]) : JSON.stringify(parts[next++], plain)))} [${at}]`;
};
const plain = (_, value) => (typeof value === "bigint" ? String(value) : value);

export const test = (title, ...given) => add(title, bodyIn(given));
test.each =
  (rows) =>
  (title, ...given) => {
    const body = bodyIn(given);
    for (const [at, row] of [...rows].entries()) add(titled(title, row, at), () => (Array.isArray(row) ? body(...row) : body(row)));
  };

const isAsync = (body) => body.constructor.name === "AsyncFunction";
test.prop =
  (given, parameters = {}) =>
  (title, ...rest) => {
    const body = bodyIn(rest);
    const [arbitraries, call] = Array.isArray(given) ? [given, body] : [[fc.record(given)], body];
    const property = isAsync(body)
      ? fc.asyncProperty(...arbitraries, async (...values) => (await call(...values)) ?? true)
      : fc.property(...arbitraries, (...values) => call(...values) ?? true);
    add(title, () => fc.assert(property, { ...fc.readConfigureGlobal(), ...parameters }));
  };
export const it = test;

export const describe = (title, body) => {
  path = [...path, title];
  body();
  path = path.slice(0, -1);
};

const seed = Number(process.env.GUNGNIR_SEED ?? 20_261_122);
// That something is wrong is all that is asked here: no counterexample is made smaller.
fc.configureGlobal({ seed, numRuns: Number(process.env.GUNGNIR_RUNS ?? 200), endOnFailure: true });
