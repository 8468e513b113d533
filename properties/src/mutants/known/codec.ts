// What is said to a Valkey process and what is read from it, each rule of it broken in the simplest way: a decoder is believed by
// everything above it. Most of these are wrong only where a value is cut, odd or hostile, as real mistakes in decoders are.
import { type Mutant, byTest, inCore } from "../mutant.ts";

const framing = byTest("properties/src/laws/resp3/framing.test.ts");
const hostile = byTest("properties/src/laws/resp3/hostile.test.ts");
const payloads = byTest("properties/src/laws/resp3/payloads.test.ts");
const differential = byTest("properties/src/laws/resp3/differential.test.ts");
const info = byTest("properties/src/laws/resp3/info.test.ts");
const role = byTest("properties/src/laws/resp3/role.test.ts");
const candidates = byTest("properties/src/laws/candidates.test.ts");

export const CODEC: readonly Mutant[] = [
  {
    id: "R-RESP-1",
    what: "large numbers lose their sign",
    patches: [inCore("resp3/numbers.ts", "return bytes[from] === minus ? -magnitude : magnitude;", "return magnitude;")],
    expected: [framing("RESP-1", "RESP-1 decode(encode(v)) is v")],
  },
  {
    id: "R-RESP-2",
    what: "a carriage return at the end of a chunk is forgotten",
    patches: [inCore("resp3/bulk.ts", "afterCr: missing === 0 && cr < chunk.length };", "afterCr: false };")],
    expected: [framing("RESP-2", "RESP-2 the values and the failure of a stream"), payloads("RESP-2", "RESP-2 whatever form is asked for")],
  },
  {
    id: "R-RESP-3",
    what: "an end of line that has not come yet counts as a wrong one",
    patches: [inCore("resp3/bulk.ts", "if (missing > 0 || cr + 1 >= chunk.length) {", "if (missing > 0) {")],
    expected: [framing("RESP-3", "RESP-3 a strict prefix of a message")],
  },
  {
    id: "R-RESP-4",
    what: "a verbatim text takes the first byte of the next reply with it",
    patches: [
      inCore(
        "resp3/bulk.ts",
        '    if (kind === "Verbatim") return verbatim(payload, { source: chunk, from, to: end }, next, consumed + next);',
        '    if (kind === "Verbatim") return verbatim(payload, { source: chunk, from, to: end }, next + 1, consumed + next);',
      ),
    ],
    expected: [framing("RESP-4", "RESP-4 messages one after the other")],
  },
  {
    id: "R-RESP-5",
    what: "a number with a plus sign, which the protocol's document allows, is refused",
    patches: [
      inCore("resp3/numbers.ts", "(bytes[from] === minus || bytes[from] === plus)", "(bytes[from] === minus || bytes[from] === -plus)"),
    ],
    expected: [framing("RESP-5", "RESP-5 any accepted spelling")],
  },
  {
    id: "R-RESP-6",
    what: "what is not UTF-8 becomes text all the same, with replacement characters in it",
    patches: [
      inCore(
        "resp3/payload.ts",
        "return read.includes(replacement) ? exactText(source, from, to) : read;",
        "void exactText;\n  return read;",
      ),
    ],
    expected: [payloads("RESP-6", "RESP-6 text is what the bytes are")],
  },
  {
    id: "R-RESP-7",
    what: "a limit that lets one more through",
    patches: [inCore("resp3/header.ts", "if (count > limits.elements) return", "if (count > limits.elements + 1) return")],
    expected: [hostile("RESP-7", "RESP-7 a limit is exact")],
  },
  {
    id: "R-RESP-8",
    what: "a failure does not say where in the stream it is",
    patches: [
      inCore(
        "resp3/header.ts",
        "  found: shown(view(source, from, Math.min(to, from + 1 + shownBytes))),\n  at,\n",
        "  found: shown(view(source, from, Math.min(to, from + 1 + shownBytes))),\n  at: -1 - at,\n",
      ),
    ],
    expected: [hostile("RESP-8", "RESP-8 any bytes give values")],
  },
  {
    id: "R-RESP-9",
    what: "after a failure the decoder goes on as if nothing had been",
    patches: [
      inCore(
        "resp3/loop.ts",
        "if (failure !== undefined || end === 0) return { state, values: none, error: failure };",
        "if (end === 0) return { state, values: none, error: failure };\n  failure = undefined;",
      ),
    ],
    expected: [hostile("RESP-9", "RESP-9 malformed stays malformed")],
  },
  {
    id: "R-RESP-10",
    what: "a length may have leading zeros",
    patches: [inCore("resp3/numbers.ts", "if (from === to || (bytes[from] === zero && to - from > 1)) return", "if (from === to) return")],
    expected: [hostile("RESP-10", "RESP-10 every row of the strictness table")],
  },
  {
    id: "R-RESP-11",
    what: "a line feed is let into a line, and what is behind it is a reply of its own",
    patches: [inCore("resp3/encode-value.ts", "if (line.includes(0x0d) || line.includes(0x0a))", "if (line.includes(0x0d))")],
    expected: [framing("RESP-11", "RESP-11 a line that would end early")],
  },
  {
    id: "R-RESP-12",
    what: "a push takes the place of a reply",
    patches: [
      {
        file: "shell/src/valkey/line.ts",
        find: '    if (message._tag === "Push") {\n      pushes.push(message);\n      continue;\n    }',
        replace:
          '    if (message._tag === "Push") {\n      pushes.push(message);\n      const first = line.waiting[answers.length];\n      if (first !== undefined) answers.push({ asker: first, value: { _tag: "Null" } });\n      continue;\n    }',
      },
    ],
    expected: [byTest("shell/src/valkey/line.test.ts")("RESP-12", "RESP-12 every asker gets its own answer")],
  },
  {
    id: "R-RESP-13",
    what: "an integer that was cut loses its sign",
    patches: [inCore("resp3/resume.ts", "integerOf(isNegative ? 0 - magnitude : magnitude,", "integerOf(magnitude,")],
    expected: [differential("RESP-13", "RESP-13 a second parser reads the same")],
  },
  {
    id: "R-INFO-1",
    what: "the carriage return stays in the value",
    patches: [
      inCore(
        "resp3/replies/info-lines.ts",
        "    if (info[end - 1] === CR) end -= 1; // before an empty value is its colon\n",
        "    void CR;\n",
      ),
    ],
    expected: [info("INFO-1", "INFO-1 parse(render(x)) is x")],
  },
  {
    id: "R-INFO-2",
    what: "of two lines that contradict each other the first is believed",
    patches: [inCore("resp3/replies/info-lines.ts", "starts[name] = contradicted;", "void contradicted;")],
    expected: [info("INFO-2", "INFO-2 a field that is missing, malformed or contradicted")],
  },
  {
    id: "R-INFO-3",
    what: "a value ends at its first colon",
    patches: [inCore("resp3/replies/info.ts", "text: (name) => read(name, textOf),", 'text: (name) => read(name, textOf)?.split(":")[0],')],
    expected: [info("INFO-3", "INFO-3 an address with colons survives")],
  },
  {
    id: "R-INFO-4",
    what: "of ROLE what comes after the known parts is not looked at",
    patches: [inCore("resp3/replies/role.ts", 'role === "slave" && parts.length === 4', 'role === "slave" && parts.length >= 4')],
    expected: [role("INFO-4", "INFO-4 with a part too few or too many")],
  },
  {
    id: "R-INFO-5",
    what: "how far somebody is, is believed of whoever lists it as its replica",
    patches: [
      inCore(
        "promotion.ts",
        "return a.reading.offset === b.reading.offset ? 0 : a.reading.offset > b.reading.offset ? -1 : 1;",
        "return listed(b) - listed(a) || Number(b.reading.offset - a.reading.offset);",
      ),
      inCore(
        "promotion.ts",
        "/** Smaller is better. */\n",
        "const listed = ({ reading }: Frozen): number => Number(reading.downstream.reduce((most, one) => (one.offset > most ? one.offset : most), 0n));\n\n/** Smaller is better. */\n",
      ),
    ],
    expected: [candidates("INFO-5", "INFO-5 no list of replicas changes who is chosen")],
  },
  {
    id: "R-INFO-5 lost",
    what: "how far a replica is, is taken from the last word of the primary that was lost",
    patches: [
      inCore(
        "performed.ts",
        "(one.target.uid === uid ? commanded(one, now) : one)",
        '(one.target.uid === uid && action._tag !== "Fence" ? commanded(one, now) : one)',
      ),
      inCore(
        "failover.ts",
        "const choice = choose(record, [...frozenPrimary(observation, record), ...frozenMembers(observation, record)]);",
        `const listed = observation.health.flatMap(({ last }) => (last?.reply._tag === "Reading" ? last.reply.reading.downstream : []));
  const believed = [...frozenPrimary(observation, record), ...frozenMembers(observation, record)].map((one) => {
    const address = observation.cluster.pods.find((pod) => pod.uid === one.identity.uid)?.address;
    const offset = listed.find((other) => other.host === address)?.offset ?? one.reading.offset;
    return { ...one, reading: { ...one.reading, offset } };
  });
  const choice = choose(record, believed);`,
      ),
    ],
    expected: [candidates("INFO-5", "INFO-5 whatever the lost primary said of its replicas")],
  },
];
