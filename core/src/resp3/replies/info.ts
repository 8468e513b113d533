// INFO: `name:value` lines between section headings. A scan of the bytes for the few fields wanted, without making text of the rest.
//
// A field that is missing, is not UTF-8, or is there twice with different values is unknown: `undefined`, never a default. Order, sections,
// blank lines, unknown fields and the kind of line end do not matter. A value goes on to the end of its line: it may hold colons (IPv6).

import { bytesOf, text } from "../text.ts";

/** The value of one of the wanted fields, or unknown. */
export type InfoFields<Name extends string> = (name: Name) => string | undefined;

/** A scan for these fields; make it once, use it for every reply. */
export const infoScan = <const Name extends string>(names: readonly Name[]): ((info: Uint8Array) => InfoFields<Name>) => {
  const wanted = names.map((name) => ({ name, bytes: bytesOf(name) }));
  return (info) => {
    const found = new Map<Name, string | undefined>();
    forEachField(info, (from, colon, to) => {
      const field = wanted.find(({ bytes }) => isAt(info, from, colon, bytes));
      if (field === undefined) return;
      const value = textAt(info, colon + 1, to);
      found.set(field.name, found.has(field.name) && found.get(field.name) !== value ? undefined : value);
    });
    return (name) => found.get(name);
  };
};

/** The fields called `prefix` and a number, such as slave0, by number. A number that is there twice is left out: nobody knows which is right. */
export const numberedFields = (info: Uint8Array, prefix: string): readonly (readonly [number: number, value: string | undefined])[] => {
  const start = bytesOf(prefix);
  const found = new Map<number, string | undefined>();
  const twice = new Set<number>();
  forEachField(info, (from, colon, to) => {
    if (!isAt(info, from, from + start.length, start)) return;
    const digits = textAt(info, from + start.length, colon);
    if (digits === undefined || !/^(?:0|[1-9]\d{0,8})$/.test(digits)) return;
    const number = Number(digits);
    if (found.has(number)) twice.add(number);
    found.set(number, textAt(info, colon + 1, to));
  });
  return [...found].filter(([number]) => !twice.has(number)).toSorted(([left], [right]) => left - right);
};

/** Calls with the start of the name, its colon and the end of the value, for every line that has a colon and is no heading. */
const forEachField = (info: Uint8Array, use: (from: number, colon: number, to: number) => void): void => {
  let from = 0;
  while (from < info.length) {
    const lineFeed = info.indexOf(LF, from);
    const end = lineFeed === -1 ? info.length : lineFeed;
    const to = end > from && info[end - 1] === CR ? end - 1 : end;
    let colon = from;
    while (colon < to && info[colon] !== COLON) colon += 1;
    if (colon < to && info[from] !== HASH) use(from, colon, to);
    from = end + 1;
  }
};

const isAt = (info: Uint8Array, from: number, to: number, name: Uint8Array): boolean => {
  if (to - from !== name.length) return false;
  for (let at = 0; at < name.length; at += 1) if (info[from + at] !== name[at]) return false;
  return true;
};

const textAt = (info: Uint8Array, from: number, to: number): string | undefined => {
  const read = text(info.subarray(from, to));
  return read._tag === "Ok" ? read.value : undefined;
};

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const HASH = 0x23;
