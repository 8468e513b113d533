// The key of a state. Two states that no decision and no property can tell apart get one text:
//
//   a version of an object    its rank among all versions in the state
//   an offset                 its rank among all offsets, a gap of more than GAP counting as GAP
//   an instant                its age, cut off at the largest threshold that anything is compared with
//   everything else           as it is
//
// With the raw text as key not even a toy would finish: every tick of the clock would be a new state. What is made of a value
// is remembered with the value: most of a state is the same objects as in the state before.

/** `oldest`: the longest of all thresholds; `cutoffs`: the longest that a field of this name is compared with. */
export type Cutoffs = { readonly now: number; readonly oldest: number; readonly of: { readonly [field: string]: number } };

export const INSTANTS = 1e12; // milliseconds since 1970 of any instant in a world: nothing else is as large
export const FAR = 8e15; // instants that never come
export const VERSION = /^77\d{8}$/;
export const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** Offsets move by one: two that are further apart than this stay apart for as long as any world lasts that matters. */
export const GAP = 2;

/** Refusals beyond this many make no longer pauses. */
export const MANY_TIMES = 11;

/** What differs between equal states is left open: the rest of a text is a number, the same for equal texts. */
type Opening = { readonly _tag: "version" | "offset" | "instant"; readonly value: number; readonly field: string };
type Template = readonly (number | Opening)[];

export const canonical = (state: object, { now, oldest, of }: Cutoffs): string => {
  const template = templateOf(state);
  const versions = ranks(template, "version", 1);
  const offsets = ranks(template, "offset", GAP);
  let text = "";
  for (const part of template) {
    if (typeof part === "number") text += `${part} `;
    else if (part._tag === "instant") text += `t${Math.min(now - part.value, of[part.field] ?? oldest)} `;
    else text += part._tag === "version" ? `v${versions.get(part.value)} ` : `o${offsets.get(part.value)} `;
  }
  return text;
};

/** An offset in words is there for people: no decision reads it. */
const isUnread = (field: string, value: unknown): boolean => (field === "offset" || field === "lag") && typeof value === "string";

const templates = new WeakMap<object, Template>();
const texts = new Map<string, number>();
const textId = (text: string): number => {
  const known = texts.get(text) ?? texts.size;
  texts.set(text, known);
  return known;
};

const templateOf = (value: object): Template => {
  const known = templates.get(value);
  if (known !== undefined) return known;
  const parts: (number | Opening)[] = [];
  let text = "";
  const open = (opening: Opening): void => {
    parts.push(textId(text), opening);
    text = "";
  };
  const emit = (inner: unknown, field: string): void => {
    if (typeof inner === "object" && inner !== null) {
      if (text !== "") parts.push(textId(text));
      text = "";
      for (const part of templateOf(inner)) parts.push(part);
    } else if (typeof inner === "bigint") open({ _tag: "offset", value: Number(inner), field });
    else if (typeof inner === "number") {
      if (inner >= INSTANTS && inner < FAR) open({ _tag: "instant", value: inner, field });
      else text += inner;
    } else if (typeof inner === "string") {
      if (VERSION.test(inner)) open({ _tag: "version", value: Number(inner), field });
      else text += TIMESTAMP.test(inner) ? '"T"' : `"${inner}"`;
    } else text += String(inner);
  };
  if (Array.isArray(value)) {
    text += "[";
    for (const inner of value) {
      emit(inner, "");
      text += ",";
    }
    text += "]";
  } else {
    text += "{";
    for (const [field, inner] of Object.entries(value)) {
      if (inner === undefined || isUnread(field, inner)) continue;
      text += `${field}:`;
      if (field === "manifest" && typeof inner === "object" && inner !== null) text += textId(JSON.stringify(inner));
      else emit(field === "times" && typeof inner === "number" ? Math.min(inner, MANY_TIMES) : inner, field);
      text += ",";
    }
    text += "}";
  }
  if (text !== "") parts.push(textId(text));
  const template = merged(parts);
  templates.set(value, template);
  return template;
};

/** Neighbouring texts are one text: what has nothing open becomes a single number. */
const merged = (parts: Template): Template => {
  const shorter: (number | Opening)[] = [];
  let run: number[] = [];
  const flush = (): void => {
    const [first] = run;
    if (first !== undefined) shorter.push(run.length === 1 ? first : textId(run.join("+")));
    run = [];
  };
  for (const part of parts) {
    if (typeof part === "number") run.push(part);
    else {
      flush();
      shorter.push(part);
    }
  }
  flush();
  return shorter;
};

const ranks = (template: Template, tag: Opening["_tag"], widest: number): ReadonlyMap<number, number> => {
  const values = new Set<number>();
  for (const part of template) if (typeof part !== "number" && part._tag === tag) values.add(part.value);
  const ranked = new Map<number, number>();
  let [before, rank] = [0, 0];
  for (const value of [...values].toSorted((a, b) => a - b)) {
    rank += Math.min(value - before, widest);
    ranked.set(value, rank);
    before = value;
  }
  return ranked;
};
