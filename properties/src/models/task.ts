// What a thread of a search is asked for: a question, by its name.
import { step } from "@gungnir/core";
import type { Task } from "../explore/shard.ts";
import type { Step, World } from "../world/world.ts";
import { questionNamed } from "./index.ts";
import { taskOf } from "./question.ts";

export const task = (name: string): Task<World, Step> => {
  const asked = questionNamed(name);
  if (asked === undefined) throw new Error(`there is no model "${name}"`);
  return taskOf(asked, { step });
};
