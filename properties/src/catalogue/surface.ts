// RES, ST, CRD, SH: objects, status, the schema, and the shell around the core.
import { type Entry, compared, driven, entry, law, limited, real, scenario, shell, specified } from "./entry.ts";

export const SURFACE: readonly Entry[] = [
  entry("RES-1", "Manifests are data: nothing is lost on the way through JSON.", law("objects", "RES-1"), law("repairs", "RES-1")),
  entry(
    "RES-2",
    "The write Service selects the recorded primary alone, or nobody, and each Service its own cluster's pods.",
    law("objects", "RES-2"),
  ),
  entry(
    "RES-3",
    "Every field of the spec changes something, or is refused.",
    law("objects", "RES-3"),
    compared("crd", "what is not served yet is refused by name"),
  ),
  entry(
    "RES-4",
    "No edit changes what a StatefulSet cannot change.",
    law("objects", "RES-4"),
    real("objects", "a StatefulSet made another way is kept as it is where it cannot be changed"),
  ),
  entry(
    "RES-5",
    "Names are valid, and no two objects share one.",
    law("objects", "RES-5"),
    compared("crd", "a name from which no names can be made is refused"),
  ),
  entry(
    "RES-6",
    "Probes use the port and the password of the spec; another reply than the expected one is a failure.",
    real("pod", "a pod starts quarantined, alive and not ready"),
    real("pod", "a hung process is not alive; a wrong password does not kill one"),
    law("scripts", "RES-6"),
  ),
  entry(
    "RES-7",
    "Passwords are generated once and stand in no argument, log or status.",
    law("objects", "RES-7"),
    law("requests", "RES-7"),
    law("commands", "RES-7"),
    shell("valkey/wire", "a password never comes back in an outcome"),
    law("repairs", "RES-7"),
  ),
  entry("RES-8", "At most one pod goes voluntarily, whatever the size.", law("objects", "RES-8")),
  entry("RES-9", "Pods run restricted, and start at once.", law("objects", "RES-9"), real("restricted", "RES-9")),
  entry("RES-10", "What a server was started with shows in its revision, and nothing else does.", law("objects", "RES-10")),
  entry(
    "RES-11",
    "The operator's rights are those of its actions, and no more.",
    law("requests", "RES-11"),
    shell("sandbox/manifests", "the operator is shipped with the rules that core computes, and no others"),
    scenario("rights", "RES-11"),
  ),
  entry("RES-12", "Every path that a pod writes is a mount that it declares.", law("mounts", "RES-12")),
  entry(
    "ST-1",
    "Status is a function of what was observed and recorded: as many ready as pods say so, the primary of the record.",
    law("status", "ST-1"),
    law("decisions", "ST-1"),
  ),
  limited(
    "Of whom nothing was heard, by a new leader or since a command, the record's word counts.",
    entry("ST-2", "Ready says exactly: one primary, routed to, everybody else streaming from it.", law("status", "ST-2")),
  ),
  entry(
    "ST-3",
    "Nothing is written where nothing changed; times change with values only.",
    law("status", "ST-3"),
    driven("members", "0019 a pod that misses every second question costs no two writes of the status a second"),
    scenario("settled", "without an API write but the Lease's"),
  ),
  entry(
    "ST-4",
    "The history tells what each claim came to and when, as far as it was seen; no decision depends on it, and it causes no write.",
    law("history", "ST-4"),
  ),
  entry("CRD-1", "The schema and core admit the same specs.", compared("crd", "CRD-1")),
  entry("CRD-2", "The schema and core refuse the same changes.", compared("crd", "CRD-2")),
  entry(
    "SH-1",
    "What a configuration is rendered to is parsed back, in both syntaxes; unknown flags are refused.",
    shell("config", "SH-1"),
  ),
  entry(
    "SH-2",
    "Every effect has a deadline and one outcome: done, refused, or unknown, which is neither.",
    law("requests", "SH-2"),
    shell("perform", "to a hung process a fence counts as sent, anything else as unknown"),
  ),
  entry(
    "SH-3",
    "An exception in the turn of one cluster is told, stops no other cluster, and that one is served again.",
    shell("operator", "SH-3"),
  ),
  entry(
    "SH-4",
    "On SIGTERM nothing more begins, what is under way ends, and the Lease is given back.",
    shell("operator", "SH-4"),
    scenario("outages", "it gives the Lease back and exits with 0"),
  ),
  entry(
    "SH-5",
    "Valkey is spoken to over TCP, never by exec, and what becomes of a connection is told.",
    shell("valkey/connection", "each change of state is told once"),
    shell("sandbox/sandbox", "the operator's account may lead and write status, and may not execute"),
  ),
  entry(
    "SH-6",
    "healthz and readyz say what they mean, and the operator is installed with probes of them.",
    shell("telemetry/telemetry", "healthz, readyz and metrics are served"),
    real("install", "probes of the pages that it serves"),
  ),
  limited(
    "Events and decisions are replayed through `step`; that the world could say them is looked for in parts (offsets, run ids, time, outcomes).",
    entry("SH-7", "What a real operator heard and decided is decided again, the same.", specified("trace/conform", "SH-7")),
  ),
  entry("SH-8", "Every known failure that was put back is found.", specified("mutants/mutants", "is killed")),
];
