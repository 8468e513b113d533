// Drawn mutants that no property can find, and why. The key is the text, wherever the line moves to.
import type { Listed } from "./list.ts";

export type Equivalent = Pick<Listed, "file" | "context" | "original" | "replacement"> & { readonly why: string };

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: "core/src/down.ts",
    context: "const advances = followers.flatMap((one) => (one.advancedFrom === undefined ? [] : [one.advancedFrom]));",
    original: "[]",
    replacement: '["Stryker was here"]',
    why: "what is added is a text, and a text that is no number is never greater than one: the filter on the next line takes it out again",
  },
  {
    file: "core/src/replication.ts",
    context:
      'if (health.late || reading?.role !== "primary" || (health.target.uid === primary.uid && reading.runId === primary.runId)) return [];',
    original: "health.target.uid === primary.uid",
    replacement: "true",
    why: "whoever has the primary's run id is left alone three lines below as well, whatever its pod",
  },
];

export const whyEquivalent = (mutant: Listed): string | undefined =>
  EQUIVALENT.find(
    (one) =>
      one.file === mutant.file &&
      one.context === mutant.context &&
      one.original === mutant.original &&
      one.replacement === mutant.replacement,
  )?.why;
