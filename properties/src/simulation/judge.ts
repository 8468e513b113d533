// Which promises a simulation can judge, and when: of what is sent in the moment of its sending, of what arrives in that of its arrival.
// Those that speak of one operator alone are left to the models.
import type { FailoverRecord } from "@gungnir/core";
import type { Safety } from "../explore/model.ts";
import {
  FO_1,
  FO_2,
  FO_3,
  FO_5,
  FO_5_PUBLISHED,
  FO_5_TAIL,
  FO_7,
  FO_8,
  FO_12,
  FO_12_WIPE,
  FO_22,
  S3M_COUNTED,
  S3M_COVERED,
  S3M_CUT_OFF,
  S3M_PROMOTED,
  S5,
} from "../specification/safety.ts";
import type { Step, World } from "../world/world.ts";

/** A step of a process itself, an action that is sent, one that arrives, one that arrives in time and soon after the claim. */
type Judged = "moving" | "sent" | "arriving" | "in haste";

const JUDGED: { readonly [moment in Judged]: readonly Safety<World, Step>[] } = {
  moving: [FO_12_WIPE, FO_22],
  sent: [FO_3, FO_12, S3M_PROMOTED],
  arriving: [FO_1, FO_2, FO_5, FO_5_PUBLISHED, FO_7, FO_8, S3M_COUNTED, S3M_COVERED, S3M_CUT_OFF, S5],
  "in haste": [FO_5_TAIL],
};
export const SIMULATED: readonly string[] = [...JUDGED.moving, ...JUDGED.sent, ...JUDGED.arriving, ...JUDGED["in haste"]].map(
  (property) => property.id,
);

export const judge = (moment: Judged, before: World, step: Step, after: World) => {
  const isHasty = before.api.cluster.spec.onMissingQuorum === "PreferAvailability";
  for (const property of JUDGED[moment]) {
    // Without a quorum, and with it on record what may be lost.
    if (isHasty && property === FO_3) continue;
    const message = property._tag === "Always" ? property.violation(after) : property.violation(before, step, after);
    if (message !== undefined) return { property: property.id, message };
  }
  return undefined;
};

/** It is on record that writes are lost, or may be: in any of these. */
export const saysLoss = (...records: readonly (FailoverRecord | undefined)[]): boolean =>
  records.some(
    (record) =>
      record?.intent !== undefined &&
      (record.intent.evidence === "DataLost" || (record.intent.kind === "Failover" && record.intent.lossPossible !== undefined)),
  );

/** More claims, of which these are the instants, than faults could be the reason of. */
export const oscillation = (claims: readonly number[]) => {
  const lately = claims.filter((claim) => claim > (claims.at(-1) ?? 0) - WITHIN_MS).length;
  return lately > MOST_CLAIMS ? { property: "LV-8", message: `${lately} claims within ${WITHIN_MS / 1000} s` } : undefined;
};
const MOST_CLAIMS = 12;
const WITHIN_MS = 10_000;
