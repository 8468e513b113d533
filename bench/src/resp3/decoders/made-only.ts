// What a decoder with the values of ours cannot do without: making them. The stream is decoded before the time begins; inside it nothing is
// read of it but payloads, and the same objects are made of a list of what comes and where. What is between this and ours is what reading
// the protocol costs; and a peer that is faster than this makes less (a number, say, where ours makes a value that says that it is one).
import { type Bytes, decode, initial, type Message, type Payload, type Text, type Value, type Window } from "@gungnir/core/resp3";
import type { Decoder, Pass } from "./decoder.ts";
import { type Consumer, type Integer, leavesOf, mixOfBytes, mixOfText } from "./ours.ts";

export const oursMade: Decoder = {
  name: "ours, made only",
  protocol: 3,
  pass: (mode) => (mode === "bytes" ? passOf(bytesOf, leavesOf(mixOfBytes)) : passOf(textsOf, leavesOf(mixOfText))),
};

/** Makes the leaf at a place of a chunk. */
type LeafOf<P extends Payload> = (source: Uint8Array, tag: "Simple" | "Bulk", from: number, to: number) => Value<P, Integer>;

/** What a chunk completes: three numbers a value, which are what it is, and from where to where or how many. */
type Plan = { readonly steps: Int32Array; readonly kept: readonly Value<Window, Integer>[]; readonly messages: number };

const [SIMPLE, BULK, KEPT, ARRAY, SET, MAP, PUSH] = [0, 1, 2, 3, 4, 5, 6];

const passOf = <P extends Payload>(leavesIn: (chunk: Buffer) => LeafOf<P>, consume: Consumer<P, Integer>): Pass => {
  const plans = new WeakMap<readonly Buffer[], readonly Plan[]>();
  return (chunks) => {
    const planned = plans.get(chunks) ?? plansOf(chunks);
    plans.set(chunks, planned);
    let sum = 0;
    for (const [at, chunk] of chunks.entries()) {
      const plan = planned[at];
      if (plan === undefined) continue;
      const place: Place<P> = { ...plan, chunk, leaf: leavesIn(chunk), at: 0 };
      // As a decoder does it: first all messages of the chunk, then the consumer.
      const messages: Message<P, Integer>[] = [];
      for (let count = 0; count < plan.messages; count += 1) messages.push(next(place));
      for (const message of messages) sum = consume(sum, message);
    }
    return sum;
  };
};

type Place<P extends Payload> = Plan & { readonly chunk: Buffer; readonly leaf: LeafOf<P>; at: number };

const next = <P extends Payload>(place: Place<P>): Message<P, Integer> => {
  const { steps, at } = place;
  if (steps[at] !== PUSH) return value(place);
  place.at = at + 3;
  return { _tag: "Push", items: items(place, steps[at + 1] ?? 0) };
};

const value = <P extends Payload>(place: Place<P>): Value<P, Integer> => {
  const { steps, at } = place;
  const from = steps[at + 1] ?? 0;
  place.at = at + 3;
  const what = steps[at];
  if (what === BULK) return place.leaf(place.chunk, "Bulk", from, steps[at + 2] ?? 0);
  if (what === ARRAY) return { _tag: "Array", items: items(place, from) };
  if (what === SIMPLE) return place.leaf(place.chunk, "Simple", from, steps[at + 2] ?? 0);
  if (what === SET) return { _tag: "Set", items: items(place, from) };
  if (what !== MAP) return again(place.kept[from], place.leaf);
  // oxlint-disable-next-line unicorn/no-new-array -- as the decoder makes them
  const entries = new Array<readonly [Value<P, Integer>, Value<P, Integer>]>(from);
  for (let index = 0; index < from; index += 1) entries[index] = [value(place), value(place)];
  return { _tag: "Map", entries };
};

const items = <P extends Payload>(place: Place<P>, count: number): readonly Value<P, Integer>[] => {
  // oxlint-disable-next-line unicorn/no-new-array -- as the decoder makes them
  const list = new Array<Value<P, Integer>>(count);
  for (let index = 0; index < count; index += 1) list[index] = value(place);
  return list;
};

/** What is no payload of the chunk: numbers, values of which there is one, and what came in two chunks. */
const again = <P extends Payload>(kept: Value<Window, Integer> | undefined, leaf: LeafOf<P>): Value<P, Integer> => {
  if (kept?._tag === "Integer") return kept.value < 256 && kept.value >= -16 ? kept : { _tag: "Integer", value: kept.value };
  if (kept?._tag === "Double") return { _tag: "Double", value: kept.value };
  if (kept?._tag === "Bulk" || kept?._tag === "Simple") return leaf(kept.source, kept._tag, kept.from, kept.to);
  if (kept?._tag === "Null" || kept?._tag === "Boolean") return kept;
  throw new Error(`a reply that no row has: ${kept?._tag}`);
};

const plansOf = (chunks: readonly Buffer[]): readonly Plan[] => {
  let state = initial({ payload: "lazy", integers: "number" });
  return chunks.map((chunk) => {
    const decoded = decode(state, chunk);
    ({ state } = decoded);
    const steps: number[] = [];
    const kept: Value<Window, Integer>[] = [];
    for (const message of decoded.values) plan(message, chunk, steps, kept);
    return { steps: Int32Array.from(steps), kept, messages: decoded.values.length };
  });
};

const plan = (message: Message<Window, Integer>, chunk: Buffer, steps: number[], kept: Value<Window, Integer>[]): void => {
  const inside = (list: readonly Value<Window, Integer>[], what: number): void => {
    steps.push(what, list.length, 0);
    for (const item of list) plan(item, chunk, steps, kept);
  };
  if (message._tag === "Array") inside(message.items, ARRAY);
  else if (message._tag === "Set") inside(message.items, SET);
  else if (message._tag === "Push") inside(message.items, PUSH);
  else if (message._tag === "Map") {
    steps.push(MAP, message.entries.length, 0);
    for (const item of message.entries.flat()) plan(item, chunk, steps, kept);
  } else if ((message._tag === "Bulk" || message._tag === "Simple") && message.source === chunk) {
    steps.push(message._tag === "Bulk" ? BULK : SIMPLE, message.from, message.to);
  } else {
    steps.push(KEPT, kept.length, 0);
    kept.push(message);
  }
};

const bytesOf = (chunk: Buffer): LeafOf<Bytes> => {
  const { buffer, byteOffset } = chunk;
  return (source, _tag, from, to) => {
    if (source !== chunk) return { _tag, bytes: new Uint8Array(source.buffer, source.byteOffset + from, to - from) };
    return { _tag, bytes: new Uint8Array(buffer, byteOffset + from, to - from) };
  };
};

/** Small payloads are cut from one text of the chunk; a large one is made into text on its own. */
const textsOf = (chunk: Buffer): LeafOf<Text> => {
  let text: string | undefined;
  return (source, _tag, from, to) => {
    if (source !== chunk) return { _tag, text: Buffer.from(source.buffer, source.byteOffset, source.length).toString("utf8", from, to) };
    if (to - from >= 1024) return { _tag, text: chunk.toString("utf8", from, to) };
    text ??= chunk.toString("utf8");
    return { _tag, text: text.slice(from, to) };
  };
};
