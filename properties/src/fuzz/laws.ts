// What has to hold for any bytes whatever: the laws RESP-2, -5, -7, -8, -9 and INFO-2, -4, judged on one input. Everything chosen here (where
// the stream is cut, which limits) comes from the input itself, so that an input alone is a whole reproducer.

import { isDeepStrictEqual } from "node:util";
import { decode, describe, encode, initial, type Limits, type Message, type State } from "@gungnir/core/resp3";
import { heldBy } from "./held.ts";
import { forms } from "./forms.ts";
import { type Random, randomOf, seedOf } from "./random.ts";
import { brokenReader } from "./readers.ts";
import { joined } from "./tokens.ts";

export type Violation = { readonly law: string; readonly detail: string };

/** The first law that does not hold for a stream of these bytes, if one does not. */
export const violationBy = (bytes: Uint8Array): Violation | undefined => {
  try {
    return judged(bytes);
  } catch (thrown) {
    return { law: "RESP-8 no exception", detail: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
};

type Heard = { readonly values: readonly Message[]; readonly error: unknown; readonly state: State };

const judged = (bytes: Uint8Array): Violation | undefined => {
  const random = randomOf(seedOf(bytes));
  const limits = random.below(4) === 0 ? small : {};
  const whole = heard([bytes], initial({ limits }));
  return (
    cutting(bytes, whole, limits, random) ??
    reuse(bytes, whole, limits, random) ??
    stickiness(whole, random) ??
    otherForms(bytes, whole, limits, random) ??
    canonicalForm(whole.values) ??
    memory(bytes, whole) ??
    readers(bytes, whole.values)
  );
};

/** Small enough that ordinary inputs go beyond them. */
const small: Partial<Limits> = { depth: 3, lineBytes: 12, bulkBytes: 20, elements: 4 };

const cutting = (bytes: Uint8Array, whole: Heard, limits: Partial<Limits>, random: Random): Violation | undefined => {
  const ways = [cutAt(bytes, places(bytes, random, 1)), cutAt(bytes, places(bytes, random, 1 + random.below(8)))];
  if (bytes.length <= 512) ways.push(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  for (const chunks of ways) {
    const cut = heard(chunks, initial({ limits }));
    if (isSame(cut, whole)) {
      const violation = memory(bytes, cut);
      if (violation !== undefined) return violation;
      continue;
    }
    return {
      law: "RESP-2 chunking",
      detail: `cut into ${chunks.map(({ length }) => length).join(", ")}: ${shown(cut)}, whole: ${shown(whole)}`,
    };
  }
  return undefined;
};

/** The stream goes on, other streams go on from the same state, and then the first goes on further: nobody hears of the others. */
const reuse = (bytes: Uint8Array, whole: Heard, limits: Partial<Limits>, random: Random): Violation | undefined => {
  const at = random.below(bytes.length + 1);
  const later = at + random.below(bytes.length - at + 1);
  const between = heard(cutAt(bytes.subarray(0, at), places(bytes, random, 2)), initial({ limits }));
  const before = structuredClone(between.values);
  const noise = [bytes.slice(random.below(bytes.length + 1)), Uint8Array.of(0x0d, 0x0a), bytes.slice(0, at)];
  const onward = heard([bytes.subarray(at, later)], between.state);
  for (const other of noise) heard(cutAt(other, places(other, random, 2)), between.state);
  const after = heard([bytes.subarray(later)], onward.state);
  if (!isDeepStrictEqual(between.values, before))
    return { law: "RESP-2 reuse", detail: `values given before byte ${at} changed afterwards` };
  const all = { ...after, values: [...between.values, ...onward.values, ...after.values] };
  if (isSame(all, whole)) return undefined;
  return { law: "RESP-2 reuse", detail: `the state at byte ${at} was decoded from twice: ${shown(all)}, whole: ${shown(whole)}` };
};

const stickiness = ({ state, error }: Heard, random: Random): Violation | undefined => {
  if (error === undefined) return undefined;
  const again = decode(state, Uint8Array.of(0x3a, 0x30 + random.below(10), 0x0d, 0x0a));
  if (again.values.length === 0 && isDeepStrictEqual(again.error, error)) return undefined;
  return { law: "RESP-9 sticky", detail: `after ${JSON.stringify(error)} a reply was taken: ${shown(again)}` };
};

const otherForms = (bytes: Uint8Array, whole: Heard, limits: Partial<Limits>, random: Random): Violation | undefined => {
  const chunks = cutAt(bytes, places(bytes, random, random.below(4)));
  for (const { name, values } of forms) {
    if (isDeepStrictEqual(values(chunks, limits), whole.values)) continue;
    return { law: `RESP-6 ${name}`, detail: `as ${name} the stream does not say the same` };
  }
  return undefined;
};

const canonicalForm = (values: readonly Message[]): Violation | undefined => {
  for (const value of values) {
    const wire = encode(value);
    if (wire._tag === "Err") return { law: "RESP-5 canonical form", detail: `what was decoded has no encoding: ${wire.problem.rule}` };
    const again = decode(initial({ limits: unlimited }), wire.value);
    if (!isDeepStrictEqual(again.values, [value])) return { law: "RESP-5 canonical form", detail: `encoded and decoded: ${shown(again)}` };
    const [same] = again.values.map(encode);
    if (!isDeepStrictEqual(same, wire)) return { law: "RESP-5 canonical form", detail: "encoded twice, there are two encodings" };
  }
  return undefined;
};

const unlimited: Limits = { depth: 2 ** 20, lineBytes: 2 ** 20, bulkBytes: 2 ** 30, elements: 2 ** 24 };

/** The factor is what a state costs for the smallest thing that opens another level, `*1` and CRLF, with room. */
const memory = (bytes: Uint8Array, { state }: Heard): Violation | undefined => {
  const held = heldBy(state);
  const allowed = 4096 + 128 * bytes.length;
  return held <= allowed ? undefined : { law: "RESP-7 memory", detail: `a state of ${held} bytes after ${bytes.length} received` };
};

const readers = (bytes: Uint8Array, values: readonly Message[]): Violation | undefined => {
  const broken = brokenReader(bytes, values);
  return broken === undefined ? undefined : { law: "INFO-2, INFO-4 readers", detail: broken };
};

const heard = (chunks: readonly Uint8Array[], from: State): Heard => {
  const values: Message[] = [];
  let state = from;
  let error;
  for (const chunk of chunks) {
    const decoded = decode(state, chunk);
    values.push(...decoded.values);
    ({ state, error } = decoded);
  }
  if (error !== undefined) describe(error);
  return { values, error, state };
};

const isSame = (one: Heard, other: Heard): boolean =>
  isDeepStrictEqual(one.values, other.values) && isDeepStrictEqual(one.error, other.error);

const shown = ({ values, error }: Pick<Heard, "values" | "error">): string =>
  `${values.length} values${error === undefined ? "" : ` and ${JSON.stringify(error)}`}`;

const places = (bytes: Uint8Array, random: Random, count: number): readonly number[] =>
  Array.from({ length: count }, () => random.below(bytes.length + 1));

/** Chunks that nobody else has, so that a decoder that reads beyond one is found. */
const cutAt = (bytes: Uint8Array, at: readonly number[]): readonly Uint8Array[] => {
  const starts = [0, ...at.map((place) => Math.min(place, bytes.length)).toSorted((left, right) => left - right)];
  return starts.map((start, index) => joined([bytes.subarray(start, starts[index + 1] ?? bytes.length)]));
};
