// A world as one row of a table.
import { nameOf } from "@gungnir/core";
import { NAME } from "./api.ts";
import { selectedPods } from "./clients.ts";
import type { Process } from "./process.ts";
import { isOpen } from "./replication.ts";
import { OPERATOR } from "./operator.ts";
import type { World } from "./world.ts";
import { describeAction } from "./world.ts";

export const show = (world: World): Readonly<Record<string, string>> => {
  const { record } = world.api.cluster;
  const pods = [
    ...new Set([...world.api.pods.map((pod) => pod.name), ...world.nodes.valkey.processes.map((process) => process.pod)]),
  ].toSorted();
  return {
    ms: String(world.now % 1e9),
    ...Object.fromEntries(
      pods.map((pod) => [
        pod,
        world.nodes.valkey.processes
          .filter((process) => process.pod === pod)
          .map((process) => processText(world, process))
          .join(" & ") || "–",
      ]),
    ),
    record:
      record === undefined
        ? "none"
        : `e${record.epoch} ${record.primary?.pod ?? "nobody"}${record.intent === undefined ? "" : ` ${record.intent.kind}→${record.intent.candidate?.pod ?? "?"}`} {${record.members.map((member) => `${member.pod}:${member.state[0]}`).join(" ")}} min ${record.minReplicas}`,
    service: selectedPods(world.api, nameOf(NAME).client).join(" ") || "nobody",
    acknowledged: world.clients.acknowledged.join(" "),
    decision: decisionText(world),
  };
};

const decisionText = ({ operator: { decision } }: World): string => {
  switch (decision._tag) {
    case "Act":
      return `${describeAction(decision.action)} ← ${decision.because}`;
    case "Wait":
      return `wait ${decision.because}`;
    case "Settled":
      return "settled";
  }
};

const processText = (world: World, process: Process): string => {
  const role =
    process.role._tag === "Primary"
      ? "P"
      : process.role.of === undefined
        ? "frozen"
        : `${process.role.link}←${world.nodes.valkey.processes.find((other) => process.role._tag === "Replica" && other.address === process.role.of)?.pod ?? "?"}`;
  const marks = [
    process.hung ? "hung" : "",
    process.loading ? "loading" : "",
    isOpen(world.nodes.valkey, OPERATOR, process.address) ? "" : "cut",
  ]
    .filter((mark) => mark !== "")
    .join(",");
  const data = process.items.map((item) => item.id.replace(/^marker:(\d+):(\d+):.*-(\d+)$/, "m$1.$2")).join("");
  return `${role}${marks === "" ? "" : `(${marks})`} ${process.runId.split(":")[1] ?? ""} @${process.offset} ${data}`;
};
