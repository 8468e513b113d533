// What the operator costs and may do while nothing happens.
import { setTimeout as sleep } from "node:timers/promises";
import { policyRules } from "@gungnir/core";
import { countWrites, writesBetween } from "../api-writes.ts";
import { employ } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

const LOOK_MS = 60_000;
const MOST_MIB = 120;

const quiet = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  let before = await countWrites(stage);
  demand(before.size > 0, "the API server counts no requests at /metrics");
  await eventually("nothing is left to write", async () => {
    await sleep(5_000);
    const after = await countWrites(stage);
    const isStill = writesBetween(before, after).length === 0;
    before = after;
    return isStill;
  });
  const resident = await highest(stage);
  await sleep(LOOK_MS);
  const written = writesBetween(before, await countWrites(stage));
  const later = await highest(stage);
  stage.figure("writes", written.length === 0 ? 0 : written.join(", "));
  stage.figure("RSS MiB", later.toFixed(1));
  stage.figure("grown KiB", (later - resident) * 1024);
  await clients.reckon({ plain: "kept", reads: "current" });
  demand(written.length === 0, `in ${LOOK_MS / 1000} s of a settled cluster there were ${written.join(", ")}`);
  demand(later <= MOST_MIB, `${later.toFixed(1)} MiB resident; at most ${MOST_MIB} MiB is the aim`);
};

/** Of the operator's process that holds most. */
const highest = async (stage: Stage): Promise<number> =>
  Math.max(...(await stage.backend.operator.resident()).map(({ mebibytes }) => mebibytes));

/** Everybody who is logged in may ask what he may do. */
const EVERYBODY = ["selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"];

const rights = async (stage: Stage): Promise<void> => {
  const held = await stage.backend.operator.rights();
  const given = new Set(
    held
      .filter(({ resources }) => !resources.some((resource) => EVERYBODY.includes(resource)))
      .flatMap(({ verbs, apiGroups, resources }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}${group === "" ? "" : `.${group}`}`)),
        ),
      ),
  );
  const needed = new Set(
    policyRules("cluster").flatMap(({ verbs, apiGroups, resources }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}${group === "" ? "" : `.${group}`}`)),
      ),
    ),
  );
  stage.figure("rights", given.size);
  const missing = [...needed].filter((right) => !given.has(right));
  const extra = [...given].filter((right) => !needed.has(right));
  stage.figure("beside core's", extra.join("; ") || "none");
  demand(missing.length === 0, `not granted: ${missing.join(", ")}`);
  demand(
    extra.every((right) => right.endsWith(" leases.coordination.k8s.io")),
    `granted, and needed by no action: ${extra.join(", ")}`,
  );
};

export const quieter: readonly Scenario[] = [
  {
    name: "rights",
    what: "the operator's account may do what core's actions need, and hold its Lease, and nothing else",
    needs: ["installed"],
    isBrief: true,
    play: rights,
  },
  {
    name: "quiet",
    what: "a minute of a settled cluster under load: no write but the Lease's, at most 120 MiB",
    needs: ["installed"],
    play: quiet,
  },
];
