// All scenarios, in the order in which they are run.
import type { Scenario } from "./scenario.ts";
import { crashes } from "./scenarios/crashes.ts";
import { data } from "./scenarios/data.ts";
import { disks } from "./scenarios/disks.ts";
import { nodes } from "./scenarios/nodes.ts";
import { operators } from "./scenarios/operator.ts";
import { partitions } from "./scenarios/partitions.ts";
import { quieter } from "./scenarios/quiet.ts";
import { shape } from "./scenarios/shape.ts";
import { endurance } from "./scenarios/starved.ts";

export const scenarios: readonly Scenario[] = [
  ...shape,
  ...crashes,
  ...nodes,
  ...partitions,
  ...data,
  ...disks,
  ...operators,
  ...quieter,
  ...endurance,
];
