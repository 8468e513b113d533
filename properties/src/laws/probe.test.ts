// INFO-2, SD-10: what the questions of a probe are answered with, and what is made of it.
import { test } from "@fast-check/vitest";
import { answerOf, probeCommands, readProbe } from "@gungnir/core";
import { bytesOf, type Value } from "@gungnir/core/resp3";
import * as fc from "fast-check";
import { describe, expect } from "vitest";
import { anyFact, id, linesOf, valuesOf } from "./probes.ts";
import { CLUSTER, prefixes, anyLoss, anyReply } from "./wire.ts";

const MISCONF: Value = { _tag: "Error", bytes: bytesOf("MISCONF because") };
const read = (values: readonly Value[]) => readProbe(values.map(answerOf), CLUSTER);

describe("INFO-2, SD-10 a probe says what was said, and nothing else", () => {
  // Seen to fail: the offset of the link instead of master_repl_offset; forkedAt without the minus one.
  test.prop([anyFact])("whatever a process says of itself is read as it is", (fact) => {
    expect(read(valuesOf(fact))).toEqual({
      _tag: "Reading",
      reading: {
        runId: id("a"),
        role: fact.role === "master" ? "primary" : "replica",
        ...(fact.role === "slave" ? { upstream: { host: "fd00::1", port: 6379, up: fact.link === "up", syncing: false } } : {}),
        offset: fact.offset,
        replid: id("b"),
        replidBefore: id("c"),
        forkedAt: 11n,
        priority: 100,
        downstream: [{ host: "fd00::2", online: true, offset: 17n }],
        minReplicas: 1,
        ...(fact.failover === "no-failover" ? {} : { handingOver: true }),
        users: ["repl-web-1"],
        marker: "Absent",
        empty: fact.keys === 0,
      },
    });
  });

  // Seen to fail: `info.loading ?? false`; `replOffset ?? 0n`; keys counted without their heading.
  test.prop([anyFact, fc.nat(30), fc.constantFrom("drop", "garble")])(
    "one line of INFO missing or garbled: no reading, never a default",
    (fact, which, how) => {
      const lines = linesOf({ ...fact, keys: 1 });
      const index = which % lines.length;
      const line = lines[index] ?? "";
      // Headings are for people, but for the one whose emptiness means something.
      if (line.startsWith("#") && line !== "# Keyspace") return;
      if (line.startsWith("db3") && how === "drop") return;
      const changed =
        how === "drop"
          ? lines.toSpliced(index, 1)
          : lines.with(index, line.startsWith("#") ? "Keyspace" : `${line.slice(0, line.indexOf(":"))}:?`);
      // A host is text, whatever it says.
      if (line.startsWith("master_host") && how === "garble") return;
      expect(read(valuesOf(fact, changed))?._tag).toBe("Unexpected");
    },
  );

  // Seen to fail: errors looked for in the first answer only.
  test.prop([anyFact, fc.nat(6), fc.constantFrom(...prefixes)])(
    "SD-10 one error is the answer, typed by its word, and never a reading or silence",
    (fact, place, prefix) => {
      const values = valuesOf(fact).with(place, { _tag: "Error", bytes: bytesOf(`${prefix} because`) });
      const tags: { readonly [prefix: string]: string } = {
        LOADING: "Loading",
        MASTERDOWN: "MasterDown",
        BUSY: "Busy",
        NOAUTH: "NoAuth",
        WRONGPASS: "NoAuth",
        NOPERM: "NoAuth",
        MISCONF: "Misconfigured",
      };
      expect(read(values)).toMatchObject({ _tag: tags[prefix] ?? "Unexpected", text: `${prefix} because` });
    },
  );

  // Seen to fail: what it said besides thrown away; another answer that is missing or refused passed over.
  test.prop([anyFact, fc.integer({ min: 1, max: 6 }), fc.oneof(anyLoss, fc.constant(answerOf(MISCONF)))])(
    "SD-10 who refuses PING for its disk's sake is read as it is all the same, if it says all the rest",
    (fact, place, wrong) => {
      const heard = read(valuesOf(fact).with(0, MISCONF));
      const well = read(valuesOf(fact));
      expect(heard).toEqual({
        _tag: "Misconfigured",
        text: "MISCONF because",
        runId: id("a"),
        reading: well?._tag === "Reading" ? well.reading : "a reading",
      });
      const answers = valuesOf(fact).map(answerOf);
      expect(readProbe(answers.with(0, answerOf(MISCONF)).with(place, wrong), CLUSTER)).not.toHaveProperty("reading");
      // Somebody else's refusal is not its own.
      expect(readProbe(answers.with(place, answerOf(MISCONF)), CLUSTER)).not.toHaveProperty("reading");
    },
  );

  // Seen to fail: a missing answer passed over.
  test.prop([anyFact, fc.nat(6), anyReply, anyLoss])(
    "any answer replaced: a reading only of what has the right shape, silence only where one is missing",
    (fact, place, wrong, loss) => {
      const answers = valuesOf(fact).map(answerOf);
      expect(answers.length).toBe(probeCommands.length);
      expect(readProbe(answers.with(place, loss), CLUSTER)).toBeUndefined();
      const other = readProbe(answers.with(place, wrong), CLUSTER);
      expect(other).toBeDefined();
      if (place !== 0 && place !== 5) expect(other?._tag).toBe("Unexpected");
      expect(readProbe(answers.slice(0, 6), CLUSTER)?._tag).toBe("Unexpected");
    },
  );

  test.prop([anyFact])("INFO says master of a process that is loading: that is no primary", (fact) => {
    expect(read(valuesOf({ ...fact, loading: true }))?._tag).toBe("Loading");
  });
});
