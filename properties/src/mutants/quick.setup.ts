// As the tests are always set up, but without making counterexamples small: that something is wrong is all that is asked here.
import { configureGlobal } from "fast-check";

configureGlobal({
  seed: Number(process.env["GUNGNIR_SEED"] ?? 20_261_122),
  numRuns: Number(process.env["GUNGNIR_RUNS"] ?? 200),
  endOnFailure: true,
});
