// RESP and INFO: what is said to a Valkey process and what is read from it.
import { type Entry, entry, fuzzed, law, model, real, shell, worked } from "./entry.ts";

export const WIRE: readonly Entry[] = [
  entry(
    "RESP-1",
    "What was encoded is decoded to the same value, and every byte of it is consumed, for all types.",
    law("resp3/framing", "RESP-1"),
  ),
  entry(
    "RESP-2",
    "However a stream is cut into pieces, the values are the same.",
    law("resp3/framing", "RESP-2"),
    law("resp3/payloads", "RESP-2"),
    fuzzed("laws", "RESP-2"),
  ),
  entry("RESP-3", "Part of a value is neither a value nor an error.", law("resp3/framing", "RESP-3")),
  entry("RESP-4", "Values one after another are found with their boundaries; the rest is kept.", law("resp3/framing", "RESP-4")),
  entry(
    "RESP-5",
    "Encoding what was decoded is idempotent, and the identity on canonical bytes.",
    law("resp3/framing", "RESP-5"),
    fuzzed("laws", "RESP-5"),
  ),
  entry(
    "RESP-6",
    "Bulk strings are bytes: none is altered.",
    law("resp3/framing", "RESP-6"),
    law("resp3/text", "RESP-6"),
    law("resp3/payloads", "RESP-6"),
  ),
  entry(
    "RESP-7",
    "Sizes are limited, and memory grows with what was received, never with what was announced.",
    law("resp3/hostile", "RESP-7"),
    fuzzed("laws", "RESP-7"),
  ),
  entry("RESP-8", "On any bytes: no exception, no hang, time in proportion.", law("resp3/hostile", "RESP-8"), fuzzed("growth", "RESP-8")),
  entry("RESP-9", "Wrong is not unfinished, and wrong stays wrong.", law("resp3/hostile", "RESP-9"), fuzzed("laws", "RESP-9")),
  entry(
    "RESP-10",
    "How strict the decoder is stands in a table, and is so.",
    law("resp3/hostile", "RESP-10"),
    worked("resp3/strictness", "RESP-10"),
  ),
  entry(
    "RESP-11",
    "A command of any bytes is read back as those arguments; what would break a line is refused.",
    law("resp3/encoder", "RESP-11"),
    law("resp3/commands", "RESP-11"),
    law("resp3/framing", "RESP-11"),
  ),
  entry(
    "RESP-12",
    "Pushes and attributes take no reply's place; replies come in the order of the requests.",
    law("resp3/framing", "RESP-12"),
    shell("valkey/line", "RESP-12"),
  ),
  entry(
    "RESP-13",
    "Agrees with a second implementation and with real servers.",
    law("resp3/differential", "RESP-13"),
    real("resp3", "RESP-13"),
  ),
  entry("INFO-1", "What a server says of itself is read as it is, in whatever order and with whatever else.", law("resp3/info", "INFO-1")),
  entry(
    "INFO-2",
    "A missing or malformed field is unknown, never a default.",
    law("resp3/info", "INFO-2"),
    law("resp3/malformed", "INFO-2"),
    law("probe", "INFO-2"),
    fuzzed("laws", "INFO-2"),
  ),
  entry("INFO-3", "Values with colons in them survive.", law("resp3/info", "INFO-3")),
  entry("INFO-4", "ROLE is read with all its links, and other shapes are refused.", law("resp3/role", "INFO-4"), fuzzed("laws", "INFO-4")),
  entry(
    "INFO-5",
    "What is known of a candidate it said itself; the dead primary is not asked about it.",
    model("FO-5"),
    shell("valkey/probe", "a primary and its replica say who they are, where they stand and whose they are"),
    law("candidates", "INFO-5"),
    model("SEL-5 data"),
  ),
];
