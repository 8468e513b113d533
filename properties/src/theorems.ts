// The 82 theorems and 4 axioms of the original, each by its name with what stands in its place: who comes from there finds every one.
import { OPERATOR } from "./theorems/operator.ts";
import { PROOFS } from "./theorems/proofs.ts";
import type { Theorem } from "./theorems/theorem.ts";

export type { Theorem, Worth } from "./theorems/theorem.ts";

export const THEOREMS: readonly Theorem[] = [...OPERATOR, ...PROOFS];
