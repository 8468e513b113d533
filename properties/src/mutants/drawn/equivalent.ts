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
];

export const whyEquivalent = (mutant: Listed): string | undefined =>
  EQUIVALENT.find(
    (one) =>
      one.file === mutant.file &&
      one.context === mutant.context &&
      one.original === mutant.original &&
      one.replacement === mutant.replacement,
  )?.why;
