// Known failures of operators in this field (PROPERTIES.md, section 10), and failures of our own features, each put back in by a
// patch of text. A property nobody has seen fail is no property: the check fails when one of these survives.
import { CODEC } from "./known/codec.ts";
import { DETECTION } from "./known/detection.ts";
import { ELECTIONS } from "./known/elections.ts";
import { FEATURES } from "./known/features.ts";
import { LASTING } from "./known/lasting.ts";
import { MANIFESTS } from "./known/manifests.ts";
import { MEMBERSHIP } from "./known/membership.ts";
import { RULES } from "./known/rules.ts";
import { PROMISES } from "./known/promises.ts";
import { SHELL } from "./known/shell.ts";
import { STALE } from "./known/stale.ts";
import { SURFACE_MUTANTS } from "./known/surface.ts";
import { WIRE } from "./known/wire.ts";
import type { Mutant } from "./mutant.ts";

export const MUTANTS: readonly Mutant[] = [
  ...DETECTION,
  ...ELECTIONS,
  ...MEMBERSHIP,
  ...WIRE,
  ...CODEC,
  ...MANIFESTS,
  ...FEATURES,
  ...RULES,
  ...SHELL,
  ...SURFACE_MUTANTS,
  ...PROMISES,
  ...LASTING,
  ...STALE,
];
