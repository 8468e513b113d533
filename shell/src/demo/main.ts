// npm run demo: a living cluster, three faults, and the proof. The exit code is 0 only when every requirement holds
// (verdict.ts says which), 1 when one does not or the story ended early, 2 for a wrong command line.
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { isRecord } from "../kubernetes/answer.ts";
import { parseArguments, usage, type Arguments } from "./arguments.ts";
import { tableOf } from "./checker.ts";
import { openLab, untilSettled, type Lab, type Manifest } from "./lab.ts";
import { reportFigures, requirementLines } from "./report.ts";
import { tell } from "./story.ts";
import { shownTimeline } from "./timeline.ts";
import { allHold, requirementsOf, straysAmong, type Findings } from "./verdict.ts";
import { startView, type View } from "./view.ts";
import { startWorkload, type Workload } from "./workload.ts";

const demo = async ({ example, json, plantLoss }: Arguments): Promise<number> => {
  const began = performance.now();
  const manifest = manifestOf(parse(await readFile(example, "utf8")), example);
  console.log("starting a small Kubernetes on this machine, and the operator beside it");
  const interrupted = new Promise<string>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(`ended by ${signal}`));
  });
  const lab = await openLab(manifest, (part) => console.log(`  ${part}`));
  try {
    const ended = Promise.race([interrupted, lab.sandbox.broken, strayAppears(lab)]);
    const findings = await Promise.race([run(lab, manifest.metadata.name, plantLoss), ended]);
    if (typeof findings === "string") throw new Error(findings);
    const requirements = requirementsOf(findings);
    print(findings, began);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(reportFigures(findings, requirements), undefined, 2)}\n`);
    return allHold(requirements) ? 0 : 1;
  } catch (error) {
    console.error(`\nThe demonstration ended early: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`The operator's last lines:\n${lab.log.lastLines.map((line) => `  ${line}`).join("\n")}`);
    return 1;
  } finally {
    await lab.stop();
  }
};

/** The story itself, with the picture going on above it. */
const run = async (lab: Lab, name: string, plantLoss: boolean): Promise<Findings> => {
  const { watching, polling, port, replicas } = lab;
  let workload: Workload | undefined;
  const view: View = startView(
    () => ({
      title: `ValkeyCluster ${name}`,
      phase: watching.phase(),
      record: watching.record(),
      routedTo: watching.routedTo(),
      pods: polling.states(),
      acknowledged: { plain: workload?.ledger.acknowledged("plain") ?? 0, wait: workload?.ledger.acknowledged("wait") ?? 0 },
      writeGapMs: performance.now() - (workload?.ledger.lastAcknowledged() ?? Number.NaN),
    }),
    process.stdout,
  );
  try {
    await untilSettled(lab, settleTimeoutMs);
    const [host, login] = [watching.serviceAddress(), lab.login()];
    if (host === undefined || login === undefined) throw new Error("the write Service has no address");
    view.say("the cluster is up; clients begin to write through the write Service");
    workload = startWorkload({ host, port, login }, clients);
    return await tell({
      watching,
      polling,
      decisions: lab.log.decisions,
      workload,
      replicas,
      port,
      login,
      root: lab.sandbox.folder,
      say: view.say,
      plantLoss,
    });
  } finally {
    await workload?.stop();
    view.stop();
  }
};

/** Ends the story as soon as it cannot end well any more: a process took a role that nobody gave it. */
const strayAppears = async ({ polling, watching }: Lab): Promise<string> => {
  for (;;) {
    await sleep(strayEveryMs);
    // A record that names it may still be on its way to us.
    const old = polling.primaries.filter(({ at }) => performance.now() - at > strayEveryMs);
    const [stray] = straysAmong(old, watching.records);
    if (stray !== undefined) return `${stray.pod} took the role of primary by itself: no record named that process`;
  }
};
const strayEveryMs = 1_000;

/** Enough for a thousand writes of each kind in a second or two, and far from what a laptop can do. */
const clients = { plainClients: 2, waitClients: 4, pauseMs: 2 };
const settleTimeoutMs = 60_000;

const print = (findings: Findings, began: number): void => {
  for (const { name, timeline } of findings.episodes) console.log(`\n${name}: ${shownTimeline(timeline)}`);
  console.log(`\n${tableOf(findings.writes)}\n`);
  for (const line of requirementLines(requirementsOf(findings))) console.log(line);
  console.log(`\n${((performance.now() - began) / 1000).toFixed(1)} s in all`);
};

const manifestOf = (value: unknown, file: string): Manifest => {
  const [metadata, spec] = isRecord(value) ? [value["metadata"], value["spec"]] : [];
  const name = isRecord(metadata) ? metadata["name"] : undefined;
  if (typeof name !== "string" || !isRecord(spec)) throw new Error(`${file} holds no ValkeyCluster with a name and a spec`);
  return { metadata: { name }, spec };
};

const start = async (): Promise<number> => {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === "help") {
    console.log(usage);
    return 0;
  }
  if ("problem" in parsed) {
    console.error(`${parsed.problem}\n\n${usage}`);
    return 2;
  }
  return demo(parsed);
};

// A story that was interrupted may still be waiting for its next step: the end is the end.
process.exit(
  await start().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }),
);
