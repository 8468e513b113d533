// What a server says of the commands that core has functions for: how many words they take, and which.
import { bare, commands, entriesOf, examples, itemsOf, textOf, type Command, type Value } from "@gungnir/core/resp3";
import type { Connection } from "../../src/valkey/connection.ts";

export type Described = { readonly name: string; readonly arity: number; readonly arguments: Json };
export type Json = string | number | readonly Json[] | Fields;
type Fields = { readonly [name: string]: Json };

/** The server's name of a command: `client|kill` is a part of a command. */
export const nameOf = ([name, part]: Command): string =>
  containers.has(String(name)) ? `${String(name)}|${String(part)}`.toLowerCase() : String(name).toLowerCase();

const containers: ReadonlySet<string> = new Set(["ACL", "CLIENT", "COMMAND", "CONFIG", "FUNCTION"]);

/** Sorted by name. */
export async function catalogueOf(connection: Connection): Promise<readonly Described[]> {
  const names = [...new Set(Object.values(examples).flatMap((all) => all.map(nameOf)))].toSorted();
  const [docs, info] = await connection.send([commands.commandDocs(...names), commands.commandInfo(...names)], 5000);
  if (docs?._tag !== "Replied" || info?._tag !== "Replied") throw new Error("COMMAND DOCS and COMMAND INFO were not answered");
  const described = objectOf(docs.value);
  const arities = (itemsOf(info.value) ?? []).map((each) => jsonOf(itemsOf(each)?.[1]));
  return names.map((name, at) => {
    const arity = arities[at];
    const documented = described[name];
    if (typeof arity !== "number" || !isObject(documented)) throw new Error(`the server has no command ${name}`);
    return { name, arity, arguments: documented["arguments"] ?? [] };
  });
}

const isObject = (json: Json | undefined): json is Fields => typeof json === "object" && !Array.isArray(json);

const objectOf = (value: Value): Fields => {
  const entries = entriesOf(value);
  if (entries._tag === "Err") throw new Error("a map was expected");
  return Object.fromEntries(entries.value.map(([key, each]) => [textOf(key) ?? "", jsonOf(each)]));
};

const jsonOf = (value: Value | undefined): Json => {
  if (value === undefined) return "";
  const inner = bare(value);
  if (inner._tag === "Map") return objectOf(inner);
  if (inner._tag === "Integer") return Number(inner.value);
  return itemsOf(inner)?.map(jsonOf) ?? textOf(inner) ?? "";
};
