// One seed for every property of a run: printed, so that a failure can be run again, and fixed by default, so that
// test titles (which contain the seed) are the same in every run and a mutation tester can find them.
import { configureGlobal } from "fast-check";

const seed = Number(process.env["GUNGNIR_SEED"] ?? 20_261_122);
const runs = Number(process.env["GUNGNIR_RUNS"] ?? 200);
configureGlobal({ seed, numRuns: runs, endOnFailure: false });
