// What pods are as processes of a node: where they run, and whether they are still the ones they were.
import { pathTo } from "../../src/sandbox/clients/api.ts";
import { at, listOf } from "../scenarios/reading.ts";
import type { Subject } from "../scenarios/subject.ts";
import type { Stage } from "./stage.ts";

export const nodeOf = async (stage: Stage, subject: Subject, pod: string): Promise<string> =>
  String(at(await stage.get(pathTo("pods", subject.namespace, pod)), "spec", "nodeName"));

/** Name, UID and restarts of each pod of a namespace. */
export const livesOf = async (stage: Stage, namespace: string): Promise<string> =>
  listOf(at(await stage.get(pathTo("pods", namespace)), "items"))
    .map((pod) =>
      [at(pod, "metadata", "name"), at(pod, "metadata", "uid"), listOf(at(pod, "status", "containerStatuses"))[0]?.["restartCount"]].join(
        " ",
      ),
    )
    .toSorted()
    .join("; ");
