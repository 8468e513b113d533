import { describe, expect, it } from "vitest";
import { ratiosOf, spreadOf, spreads } from "./figures.ts";

describe("figures", () => {
  it("take the middle of an odd and the mean of the two middles of an even number", () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  });

  it("are not numbers when nothing was measured, so that no ratio looks good by accident", () => {
    expect(spreadOf([]).median).toBeNaN();
  });

  it("divide ours by theirs", () => {
    const ours = spreads([{ firstWrite: 1, clientsTold: 2, linked: 3 }]);
    const theirs = spreads([{ firstWrite: 2, clientsTold: 8, linked: 3 }]);
    expect(ratiosOf(ours, theirs)).toEqual({ firstWrite: 0.5, clientsTold: 0.25, linked: 1 });
  });
});
