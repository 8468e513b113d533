// What the codec made of an input, in few words: an input with words that no other one has had is
// worth keeping.

import { decode, initial, isBetweenMessages, type Message } from "@gungnir/core/resp3";

/** How it ended, with how many values and levels, and beside which types. */
export const behaviourOf = (bytes: Uint8Array): readonly string[] => {
  const { values, error, state } = decode(initial(), bytes);
  const rest = isBetweenMessages(state) ? "whole" : "within";
  const end = error === undefined ? rest : error._tag === "Malformed" ? error.reason : error.limit;
  const tags = new Set<string>();
  let deepest = 0;
  const todo: { message: Message; depth: number }[] = values.map((message) => ({ message, depth: 0 }));
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { message, depth } = next;
    tags.add(message._tag);
    deepest = Math.max(deepest, depth);
    for (const inner of innerOf(message)) todo.push({ message: inner, depth: depth + 1 });
  }
  const sizes = [`${end}, ${magnitude(values.length)} values`, `${end}, ${magnitude(deepest)} levels`];
  return [...sizes, ...Array.from(tags, (tag) => `${end}, ${tag}`)];
};

const innerOf = (message: Message): readonly Message[] => {
  switch (message._tag) {
    case "Array":
    case "Set":
    case "Push":
      return message.items;
    case "Map":
      return message.entries.flat();
    case "Attributed":
      return [...message.attributes.flat(), message.value];
    case "Simple":
    case "Error":
    case "Integer":
    case "Bulk":
    case "Null":
    case "Boolean":
    case "Double":
    case "BigNumber":
    case "BulkError":
    case "Verbatim":
      return [];
  }
};

const magnitude = (count: number): number => Math.floor(Math.log2(count + 1));
