// The primary's process or pod ends, hangs, or is deleted: once each, and ten times in a row.
import { setTimeout as sleep } from "node:timers/promises";
import { pathTo } from "../../../src/sandbox/clients/api.ts";
import type { Subject } from "../../scenarios/subject.ts";
import { standing, type Undo } from "../backend.ts";
import { employ, failOver, median, type Seen, type Toll } from "../measure.ts";
import type { Scenario } from "../scenario.ts";
import { demand, type Stage } from "../stage.ts";

/** The defaults' D. */
const DOWN_AFTER_MS = 5_000;

const remove = async (stage: Stage, subject: Subject, pod: string, graceSeconds?: number): Promise<void> => {
  const removed = await stage.backend.api.remove(
    pathTo("pods", subject.namespace, pod),
    graceSeconds === undefined ? {} : { graceSeconds },
  );
  demand(removed._tag === "Done", `deleting ${pod}: ${removed._tag}`);
};

/** One fault of the primary with clients at work: one epoch, nothing lost that may not be, and everybody is a replica again. */
const once = async (
  stage: Stage,
  toll: Toll,
  limitMs: number,
  strike: (subject: Subject, pod: string) => Promise<unknown>,
  relieve: () => Promise<void> = async () => undefined,
): Promise<void> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const seen = await failOver(subject, clients, (pod) => strike(subject, pod));
  figures(stage, [seen]);
  await relieve();
  await subject.whole();
  await clients.reckon(toll);
  // A handover that is not done in its half second is undone, and tried again under another epoch.
  const undone = stage.log().filter((line) => line["because"] === "SwitchoverUndone" || line["because"] === "SwitchoverFailed").length;
  if (undone > 0) stage.figure("undone", undone);
  demand(seen.epochs <= 1 + undone, `${seen.epochs} epochs for one fault`);
  demand(seen.firstWrite <= limitMs, `the first write after ${Math.round(seen.firstWrite)} ms; at most ${limitMs} ms is promised`);
};

const figures = (stage: Stage, seen: readonly Seen[]): void => {
  const first = seen.map((each) => each.firstWrite);
  const gaps = seen.map((each) => each.gap);
  stage.figure(seen.length === 1 ? "first write ms" : "first write, median ms", median(first));
  if (seen.length > 1) stage.figure("first write, worst ms", Math.max(...first));
  stage.figure("gap ms", Math.max(...gaps));
};

/** Many in a row, by whoever is primary. */
const serial = async (
  stage: Stage,
  strikes: readonly ((subject: Subject, pod: string) => Promise<unknown>)[],
): Promise<readonly Seen[]> => {
  const subject = await stage.create("web");
  await subject.whole();
  const clients = await employ(stage, subject);
  const seen: Seen[] = [];
  for (const strike of strikes) {
    seen.push(await failOver(subject, clients, (pod) => strike(subject, pod)));
    figures(stage, seen);
    await subject.whole();
  }
  await clients.reckon({ plain: "may be lost", reads: "may be old" });
  stage.history.push({ seen });
  demand(
    seen.every(({ epochs }) => epochs === 1),
    `epochs for one fault each: ${seen.map(({ epochs }) => epochs).join(", ")}`,
  );
  return seen;
};

export const crashes: readonly Scenario[] = [
  {
    name: "sigkill",
    what: "the primary's process is killed",
    needs: ["kill"],
    isBrief: true,
    play: (stage) =>
      once(stage, { plain: "may be lost", reads: "may be old" }, DOWN_AFTER_MS, (subject, pod) =>
        stage.backend.faults.kill(stage.place(subject, pod)),
      ),
  },
  {
    name: "sigstop",
    what: "the primary's process hangs for 20 s, and wakes as somebody else's replica",
    needs: ["hang"],
    isBrief: true,
    play: async (stage) => {
      let wake: Undo = standing;
      await once(
        stage,
        { plain: "may be lost", reads: "may be old" },
        DOWN_AFTER_MS + 3_000,
        async (subject, pod) => (wake = stage.keep(await stage.backend.faults.hang(stage.place(subject, pod)))),
        async () => {
          await sleep(10_000);
          await wake();
        },
      );
    },
  },
  {
    name: "delete",
    what: "kubectl delete pod of the primary: it hands over before it ends, and no write is lost",
    needs: [],
    isBrief: true,
    play: (stage) =>
      once(stage, { plain: "kept", reads: "may be old" }, DOWN_AFTER_MS, (subject, pod) => remove(stage, subject, pod)).then(() =>
        handedOver(stage),
      ),
  },
  {
    name: "force-delete",
    what: "kubectl delete pod --force --grace-period=0 of the primary, ten times: median 2 s, worst 5 s to the first write",
    needs: [],
    play: async (stage) => {
      const seen = await serial(
        stage,
        Array.from({ length: 10 }, () => (subject: Subject, pod: string) => remove(stage, subject, pod, 0)),
      );
      const first = seen.map((each) => each.firstWrite);
      demand(median(first) <= 2_000, `median ${Math.round(median(first))} ms to the first write; 2000 ms is the aim`);
      demand(Math.max(...first) <= 5_000, `worst ${Math.round(Math.max(...first))} ms to the first write; 5000 ms is the aim`);
    },
  },
  {
    name: "ten-in-a-row",
    what: "ten failovers one after the other, in all these ways by turns",
    needs: ["kill"],
    play: async (stage) => {
      const ways = [
        (subject: Subject, pod: string) => stage.backend.faults.kill(stage.place(subject, pod)),
        (subject: Subject, pod: string) => remove(stage, subject, pod),
        (subject: Subject, pod: string) => remove(stage, subject, pod, 0),
      ];
      await serial(
        stage,
        Array.from({ length: 10 }, (_, turn) => ways[turn % ways.length] ?? (() => Promise.resolve())),
      );
    },
  },
];

const handedOver = (stage: Stage): void => {
  const gap = Number(stage.figures()["gap ms"]);
  demand(gap <= 2_000, `writes stood still for ${gap} ms; at most 2000 ms is the aim of a handover`);
  demand(
    !stage.log().some((line) => line["because"] === "PrimaryDead" || line["because"] === "PrimaryMissing"),
    "the primary was lost instead of handing over",
  );
};
