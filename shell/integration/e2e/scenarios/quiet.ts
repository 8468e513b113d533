// What the operator costs and may do while nothing happens.
import { setTimeout as sleep } from "node:timers/promises";
import { policyRules } from "@gungnir/core";
import { employ } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, eventually, type Stage } from "../stage.ts";

const LOOK_MS = 60_000;
const MOST_KIB = 120 * 1024;
/** What it may write to; the status of our own kind among it. Its Lease is the one thing that it does write. */
const WRITTEN = new Set(["valkeyclusters", "services", "configmaps", "secrets", "statefulsets", "poddisruptionbudgets", "events"]);
const WRITES = new Set(["POST", "PUT", "PATCH", "APPLY", "DELETE"]);

/** The API server's own count of writes to these, by whomever; in a quiet cluster nobody else writes to them either. */
const writes = async (stage: Stage): Promise<ReadonlyMap<string, number>> => {
  const answer = await stage.backend.client.request({ method: "GET", path: "/metrics", accept: "*/*", timeoutMs: 30_000 });
  const text = answer._tag === "Answered" && typeof answer.body === "string" ? answer.body : "";
  const counted = new Map<string, number>();
  for (const [, labels = "", count = "0"] of text.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const what = `${label("verb")} ${label("resource")}${label("subresource") === "" ? "" : `/${label("subresource")}`}`;
    if (WRITES.has(label("verb")) && WRITTEN.has(label("resource"))) counted.set(what, (counted.get(what) ?? 0) + Number(count));
  }
  return counted;
};

const more = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly string[] =>
  [...after].flatMap(([what, count]) => (count > (before.get(what) ?? 0) ? [`${count - (before.get(what) ?? 0)} ${what}`] : []));

const quiet = async (stage: Stage): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  let before = await writes(stage);
  demand(before.size > 0, "the API server counts no requests at /metrics");
  await eventually("nothing is left to write", async () => {
    await sleep(5_000);
    const after = await writes(stage);
    const isStill = more(before, after).length === 0;
    before = after;
    return isStill;
  });
  const resident = await stage.backend.operator.residentKib();
  await sleep(LOOK_MS);
  const written = more(before, await writes(stage));
  const later = await stage.backend.operator.residentKib();
  stage.figure("writes", written.length === 0 ? 0 : written.join(", "));
  stage.figure("RSS MiB", later / 1024);
  stage.figure("grown KiB", later - resident);
  await clients.reckon({ plain: "kept", reads: "current" });
  demand(written.length === 0, `in ${LOOK_MS / 1000} s of a settled cluster there were ${written.join(", ")}`);
  demand(later <= MOST_KIB, `${Math.round(later / 1024)} MiB resident; at most ${MOST_KIB / 1024} MiB is the aim`);
};

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
  stage.figure("beside core's", extra.join("; "));
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
