// RESP-11, for the commands that have a function: what is made is what the server says that it takes, word for word, and no option of its
// is forgotten without a reason.
import { type Command, commands, decode, encodeCommands, examples, initial } from "@gungnir/core/resp3";
import { expect, test } from "vitest";
import { catalogue, tokensIn, tokensOf } from "./grammar.ts";

const described = catalogue();

const wordsOf = (command: Command): readonly string[] =>
  command.map((word) => (word instanceof Uint8Array ? Buffer.from(word).toString("latin1") : String(word)));

const descriptionOf = ([name, part]: readonly string[]) =>
  described.get(String(name).toLowerCase()) ?? described.get(`${name}|${part}`.toLowerCase());

const all = Object.entries(examples);
const perCommand = Map.groupBy(
  all.flatMap(([, made]) => made.map(wordsOf)),
  (words) => descriptionOf(words)?.name ?? "",
);

// Seen to fail: the ports of REPLICAOF and FAILOVER before their hosts; PX without its time.
test.each(all)("%s", (_, made) => {
  const unread = made.map(wordsOf).filter((words) => {
    const description = descriptionOf(words);
    return description === undefined || tokensIn(description, words) === undefined;
  });
  expect(unread).toEqual([]);
});

/** Options that are there and that nobody here needs, with the reason. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  // The words of older servers for REPLICA, and of newer ones for MASTER.
  "client|kill": ["PRIMARY", "SLAVE"],
  // Pushes go to the connection that asked; what is sent to another one is for clients that speak RESP2. OPTIN and OPTOUT need CLIENT CACHING.
  "client|tracking": ["REDIRECT", "OPTIN", "OPTOUT"],
  // Milliseconds say it all.
  set: ["EX", "EXAT", "PXAT", "KEEPTTL"],
};

// Seen to fail: SKIPME without NO; a HELLO without SETNAME.
test.each([...described.values()].map((description) => [description.name, description] as const))(
  "every option of %s is in an example, or left out by name",
  (name, description) => {
    const used = new Set((perCommand.get(name) ?? []).flatMap((words) => tokensIn(description, words) ?? []));
    expect(tokensOf(description.arguments).filter((token) => !used.has(token))).toEqual(leftOut[name] ?? []);
  },
);

test("every function has its examples, and the encoder takes them all", () => {
  const functions = Object.entries(commands).flatMap(([name, made]) => (typeof made === "function" ? [name] : []));
  expect(Object.keys(examples).toSorted()).toEqual(functions.toSorted());
  const made = Object.values(examples).flat();
  const encoded = encodeCommands(made);
  expect(encoded._tag === "Ok" ? decode(initial(), encoded.value).values.length : encoded).toBe(made.length);
});

test("the grammar reads what it is told to, and nothing else", () => {
  const failover = described.get("failover");
  if (failover === undefined) throw new Error("no description of FAILOVER");
  const isRead = (words: string): boolean => tokensIn(failover, words.split(" ")) !== undefined;
  expect(isRead("FAILOVER TO h 1 FORCE TIMEOUT 2")).toBe(true);
  expect(["FAILOVER TO h", "FAILOVER TO h x", "FAILOVER FORCE", "FAILOVER TIMEOUT 1 TO h 1", "FAILOVER x"].filter(isRead)).toEqual([]);
});
