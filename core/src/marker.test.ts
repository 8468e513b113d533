import { describe, expect, test } from "vitest";
import { markCommand, readMarker } from "./marker.ts";
import { type Value, bytesOf } from "./resp3/index.ts";
import { epoch, podName } from "./units.ts";

const CLUSTER = { namespace: "default", name: "web" };
const MARKER = { epoch: epoch(3), seq: 7, pod: podName("web-0") };

const bulk = (text: string): Value => ({ _tag: "Bulk", bytes: bytesOf(text) });
const list = (...items: readonly Value[]): Value => ({ _tag: "Array", items });
const map = (...entries: readonly (readonly [string, Value])[]): Value => ({
  _tag: "Map",
  entries: entries.map(([key, value]) => [bulk(key), value] as const),
});
const described = (text: string): Value => map(["name", bulk("gungnir_marker")], ["description", bulk(text)]);
const library = (...functions: readonly Value[]): Value => map(["library_name", bulk("gungnir")], ["functions", list(...functions)]);
const read = (reply: Value) => readMarker(reply, CLUSTER);
const OURS = "default/web 3 7 web-0";

describe("the marker of a data set", () => {
  test("is the description of the one function of our library", () => {
    expect(read(list(library(described(OURS))))).toEqual(MARKER);
    expect(read(list(library(described("default/web 0 0 web-0"))))).toEqual({ ...MARKER, epoch: 0, seq: 0 });
    expect(read(list(library(described("other/web 3 7 web-0"))))).toBe("Foreign");
    expect(read(list())).toBe("Absent");
  });

  test.each<[string, Value]>([
    ["what is no list", { _tag: "Null" }],
    ["an error", { _tag: "Error", bytes: bytesOf("ERR unknown command") }],
    ["two libraries", list(library(described(OURS)), library(described(OURS)))],
    ["a library that is no map", list(bulk("gungnir"))],
    ["one without functions", list(map(["library_name", bulk("gungnir")]))],
    ["with none", list(library())],
    ["with two", list(library(described(OURS), described(OURS)))],
    ["a function that is no map", list(library(bulk(OURS)))],
    ["one without a description", list(library(map(["name", bulk("gungnir_marker")])))],
    ["with one that is no text", list(library(map(["description", { _tag: "Null" }])))],
    ["nothing", list(library(described("")))],
    ["too few words", list(library(described("default/web 3 web-0")))],
    ["too many", list(library(described(`${OURS} more`)))],
    ["something before it", list(library(described(` ${OURS}`)))],
    ["no owner", list(library(described("web 3 7 web-0")))],
    ["a number with a leading zero", list(library(described("default/web 03 7 web-0")))],
    ["one that is not exact", list(library(described("default/web 3 1234567890123456 web-0")))],
    ["a negative one", list(library(described("default/web 3 -7 web-0")))],
    ["a pod with a slash", list(library(described("default/web 3 7 a/b")))],
  ])("is not known from %s", (_title, reply) => {
    expect(read(reply)).toBeUndefined();
  });

  test("is written as a library of one function that any server of the family runs, on a replica as well", () => {
    const text = (marker: typeof MARKER): readonly string[] => markCommand(marker, CLUSTER).map(String);
    expect(text(MARKER)).toEqual([
      "FUNCTION",
      "LOAD",
      "REPLACE",
      "#!lua name=gungnir\nredis.register_function{function_name='gungnir_marker', description='default/web 3 7 web-0', callback=function() return redis.status_reply('OK') end, flags={'no-writes'}}",
    ]);
    // Whatever comes in stays a text of Lua.
    expect(text({ ...MARKER, pod: podName("a'\\\né") }).at(-1)).toContain("description='default/web 3 7 a\\039\\092\\010\\195\\169'");
  });
});
