// No record, and processes that hold roles already: adopted, or left as they are until somebody says which is right.
import { type Reading, epoch, podName, replicationId } from "@gungnir/core";
import { expect, test } from "vitest";
import { DETACHED, Driven, cluster, following, leading, online, serving } from "./driven.ts";

const unrecorded = (...words: readonly Reading[]): Driven => {
  const { record: _, ...rest } = cluster();
  const driven = new Driven(rest);
  for (const [ordinal, word] of words.entries()) driven.says(ordinal, word);
  driven.until(10_000, 100);
  return driven;
};
const at = (claimed: number, seq = 0) => ({ marker: { epoch: epoch(claimed), seq, pod: podName("web-1") } });

test("one primary with its replicas is adopted as it is, in an epoch later than any that a data set tells of", () => {
  const driven = unrecorded(serving(100n), following(1, 100n), following(2, 100n));
  expect(driven.told("Claim", "Promote", "Freeze", "Fence", "Publish")).toEqual(["Claim web-0 Adopted", "Publish web-0 PrimaryPublished"]);
  expect(driven.record).toMatchObject({ epoch: 4, primary: { pod: "web-0" } });
  expect(driven.record.members.map((one) => one.pod)).toEqual(["web-1", "web-2"]);
});

test("of two primaries the one with the later mark is adopted; only then the other is demoted", () => {
  const driven = unrecorded(
    serving(100n, { downstream: online(2) }),
    leading(following(1, 90n, true, { ...at(5), replid: replicationId("other") })),
    following(2, 100n),
  );
  expect(driven.told("Claim", "Fence").slice(0, 2)).toEqual(["Claim web-1 Adopted", "Fence web-0 StrayPrimaryDemoted"]);
  expect(driven.record.epoch).toBe(6);
});

test("with equal marks the one that more replicas follow", () => {
  const driven = unrecorded(serving(100n, { downstream: online(2) }), leading(following(1, 100n)), following(2, 100n));
  expect(driven.told("Claim")).toEqual(["Claim web-0 Adopted"]);
});

test("nobody is touched where it cannot be said, or where the latest data set is not a primary's", () => {
  const equal = unrecorded(serving(100n, { downstream: [] }), leading(following(1, 100n)), following(2, 100n, false));
  const later = unrecorded(serving(100n), following(1, 90n, false, { ...at(7), upstream: DETACHED }), following(2, 100n));
  const empty = unrecorded(
    serving(0n, { empty: true, marker: "Absent" }),
    following(1, 90n, false, { marker: "Absent" }),
    following(2, 100n, false, { marker: "Absent" }),
  );
  for (const driven of [equal, later, empty]) {
    expect(driven.told()).toEqual([]);
    expect(driven.decision).toMatchObject({ because: "DataFound" });
  }
});
