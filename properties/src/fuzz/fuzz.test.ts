// The fuzzer itself: that it finds what is broken, makes it small, and finds nothing in the codec within a few thousand inputs. A fixed number
// of them from a fixed seed, so that a failure here is the same everywhere; `npm run fuzz:resp3` is for finding more.

import { bytesOf } from "@gungnir/core/resp3";
import { expect, test } from "vitest";
import { corpus, reproducers } from "./corpus.ts";
import { slowdownBy } from "./growth.ts";
import { violationBy } from "./laws.ts";
import { minimised } from "./minimise.ts";
import { mutated } from "./mutate.ts";
import { randomOf } from "./random.ts";
import { fuzz } from "./run.ts";
import { bytesOfTokens, latin1, octets, tokensOf } from "./tokens.ts";

const INPUTS = Number(process.env["GUNGNIR_RUNS"] ?? 200) * 20;

test("no law is broken by the corpus, nor by what comes of it", async () => {
  const run = await fuzz({ seed: 20_261_122, corpus: corpus(2048), longest: 2048, goesOn: (inputs) => inputs < INPUTS });
  expect(run.failure).toBeUndefined();
  expect(run.inputs).toBeGreaterThanOrEqual(INPUTS);
}, 120_000);

test("what once broke a law breaks none", () => {
  expect([...reproducers()].map(([file, input]) => [file, violationBy(input)]).filter(([, violation]) => violation !== undefined)).toEqual(
    [],
  );
});

// Seen to fail: room for the messages that may follow made at each crowd of usual ones.
test("a stream of one piece again and again takes linear time", () => {
  const pieces = [
    ":1\r\n",
    "$100\r\n",
    "+",
    "*1\r\n",
    "$?\r\n;1\r\na\r\n",
    "*?\r\n",
    "%1\r\n+a\r\n+b\r\n",
    "|1\r\n+a\r\n+b\r\n",
    "=9\r\ntxt:",
    `${":1\r\n".repeat(40)}(1\r\n`,
  ];
  expect(pieces.map((piece) => slowdownBy(bytesOf(piece))).filter((found) => found !== undefined)).toEqual([]);
});

test("tokens put together again are the same bytes, whatever they were", () => {
  const random = randomOf(7);
  const inputs = corpus(4096).flatMap((input) => [input, mutated(random, input, input, 4096)]);
  expect(inputs.filter((input) => latin1(bytesOfTokens(tokensOf(input))) !== latin1(input))).toEqual([]);
});

test("a reproducer is made as small as its cause", () => {
  const cause = "$-2\r\n";
  const input = octets(`*3\r\n:1\r\n$5\r\nhello\r\n${cause}+rest of it\r\n%1\r\n:1\r\n:2\r\n`);
  const smallest = minimised(input, (candidate) => latin1(candidate).includes("$-2"));
  expect(latin1(smallest)).toBe("$-2");
});
