// The spec changes size while clients write, and while a failover is under way.
import { LIVENESS } from "../specification/liveness.ts";
import { SAFETY } from "../specification/safety.ts";
import { LV_1_TOLD } from "../specification/stale.ts";
import { ACKNOWLEDGED, FAILED_OVER, STABLE } from "../specification/witnesses.ts";
import { question } from "./question.ts";

const asked = { begins: "settled", safety: SAFETY, liveness: [...LIVENESS, LV_1_TOLD] } as const;

export const SCALE = question({
  ...asked,
  name: "scale",
  asks: "Does a cluster that grows and shrinks again keep what was acknowledged?",
  scenario: { edits: [{ replicas: 4 }, { replicas: 3 }], writes: 1 },
  witnesses: [STABLE, ACKNOWLEDGED],
});

export const SCALE_IN_FAILOVER = question({
  ...asked,
  name: "scaled down in a failover",
  asks: "Does a failover end well whose followers are scaled away in the middle of it?",
  scenario: { faults: 1, kinds: ["crash"], edits: [{ replicas: 2 }] },
  witnesses: [STABLE, FAILED_OVER],
});
