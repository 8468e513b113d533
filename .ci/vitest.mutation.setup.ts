// Of a mutant it only matters that it is found: no counterexample of it is made smaller.
import { configureGlobal, readConfigureGlobal } from "fast-check";

configureGlobal({ ...readConfigureGlobal(), endOnFailure: true });
