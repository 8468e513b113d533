/** What the running pods say, whatever the record knows of them: for when there is no record, or nobody of it is left. */
import type { Pod } from "./cluster.ts";
import { defined, readingOf } from "./health.ts";
import type { Observation, Reading } from "./observation.ts";
import type { Identity } from "./record.ts";

/** What every running pod says. */
export const answersOf = (observation: Observation): readonly Answer[] =>
  observation.cluster.pods
    .filter((pod) => pod.container._tag === "Running")
    .map((pod) => ({ pod, ...defined("word", latestWord(observation, pod)) }));
/** Those that said something. */
export const wordsOf = (answers: readonly Answer[]): readonly Word[] => answers.flatMap(({ word }) => word ?? []);
export type Answer = { readonly pod: Pod; readonly word?: Word };
/** Who said it, and what. */
export type Word = { readonly identity: Identity; readonly reading: Reading };

/** What a pod says now, if it says anything of use. */
export const latestWord = (observation: Observation, pod: Pod): Word | undefined => {
  const health = observation.health.find((one) => one.target.uid === pod.uid);
  const reading = health?.late === true ? undefined : readingOf(health);
  return reading === undefined ? undefined : { identity: { pod: pod.name, uid: pod.uid, runId: reading.runId }, reading };
};
