// INFO: `name:value` lines between section headings. A scan of the bytes for the few fields wanted, without making text of the rest.
//
// A field that is missing, is not UTF-8, or is there twice with different values is unknown: `undefined`, never a default. Order, sections,
// blank lines, unknown fields and the kind of line end do not matter. A value goes on to the end of its line: it may hold colons (IPv6).

import { textOf } from "../payload.ts";
import { placesIn, planOf } from "./info-lines.ts";
import { decimalAt } from "./reading.ts";

/** The value of one of the wanted fields, or unknown. */
export type InfoFields<Name extends string> = (name: Name) => string | undefined;

/**
 * A scan for these fields; make it once, use it for every reply. The scan takes the whole bytes, or the part `[from, to)` of a chunk they
 * arrived in; text is made when a field is asked for, so ask while the bytes are valid.
 */
export const infoScan = <const Name extends string>(
  names: readonly Name[],
): ((info: Uint8Array, from?: number, to?: number) => InfoFields<Name>) => {
  const scan = fieldScan(names, []);
  return (info, from = 0, to = info.length) => scan(info, from, to).text;
};

/** What a scan found, with readings of it that need no text. */
export type Fields<Name extends string> = {
  readonly text: InfoFields<Name>;
  /** A decimal integer of 64 bits in its one spelling. */
  readonly integer: (name: Name) => bigint | undefined;
  /** Fields called by one of the prefixes and a number. */
  readonly numbered: readonly NumberedField[];
};

/** A number, and the value that belongs to it; undefined where that is not UTF-8. */
export type NumberedField = readonly [number: number, value: string | undefined];

/** A scan for fields and for numbered fields, in one pass. */
export const fieldScan = <const Name extends string>(
  names: readonly Name[],
  prefixes: readonly string[],
): ((info: Uint8Array, from: number, to: number) => Fields<Name>) => {
  const plan = planOf(names, prefixes);
  const position = new Map<string, number>(names.map((name, at) => [name, at]));
  return (info, from, to) => {
    const { starts, ends, numbered } = placesIn(plan, info, from, to);
    const read = <T>(name: Name, reading: (bytes: Uint8Array, start: number, end: number) => T): T | undefined => {
      const place = position.get(name) ?? -1;
      const start = starts[place] ?? -1;
      return start < 0 ? undefined : reading(info, start, ends[place] ?? -1);
    };
    return {
      text: (name) => read(name, textOf),
      integer: (name) => read(name, decimalAt),
      numbered: once(numbered.map(({ number, start, end }) => [number, textOf(info, start, end)])),
    };
  };
};

/** The fields called `prefix` and a number, such as slave0, by number. A number that is there twice is left out: nobody knows which is right. */
export const numberedFields = (info: Uint8Array, prefix: string): readonly NumberedField[] =>
  fieldScan([], [prefix])(info, 0, info.length).numbered;

const once = (fields: readonly NumberedField[]): readonly NumberedField[] => {
  const times = new Map<number, number>();
  for (const [number] of fields) times.set(number, (times.get(number) ?? 0) + 1);
  return fields.filter(([number]) => times.get(number) === 1).toSorted(([left], [right]) => left - right);
};
