// Threads find what one search finds, whoever is faster.
import { expect, test } from "vitest";
import { CORE } from "../check.ts";
import { exploreFair } from "../explore/fair.ts";
import type { FairExploration } from "../explore/fair.ts";
import { conclude, searchInTurns } from "../explore/together.ts";
import { flickeringLamp, threeCounters } from "../explore/toy-tasks.ts";
import { OPERATOR_RESTARTS } from "../models/answers-lost.ts";
import { ask, taskOf } from "../models/question.ts";
import { searchInThreads } from "./threads.ts";

const TOYS = new URL("../explore/toy-tasks.ts", import.meta.url).href;
const told = <State, Step>({ witnesses, ...found }: FairExploration<State, Step>) => ({
  ...found,
  seconds: 0,
  witnesses: [...witnesses].map(([id, { steps }]) => ({ id, steps: steps.length })),
});

test("two threads count what one search counts, and find its witness", { timeout: 60_000 }, async () => {
  const { model, promises, fairness, properties } = threeCounters();
  const found = conclude(threeCounters(), await searchInThreads(TOYS, "threeCounters", { threads: 2 }));
  expect(told(found)).toEqual(told(exploreFair(model, promises, fairness, properties)));
});

test("three threads find a round that goes through them", { timeout: 60_000 }, async () => {
  const { model, promises, fairness } = flickeringLamp();
  const found = conclude(flickeringLamp(), await searchInThreads(TOYS, "flickeringLamp", { threads: 3 }));
  expect(told(found)).toEqual(told(exploreFair(model, promises, fairness)));
});

test("a thread that fails says why", { timeout: 60_000 }, async () => {
  await expect(searchInThreads(TOYS, "absent", { threads: 2 })).rejects.toThrow('there is no toy "absent"');
});

const make = () => taskOf(OPERATOR_RESTARTS, CORE);
test("a world's states survive the way from shard to shard", { timeout: 60_000 }, () => {
  expect(told(conclude(make(), searchInTurns([make(), make()])))).toEqual(told(ask(OPERATOR_RESTARTS, CORE)));
});
