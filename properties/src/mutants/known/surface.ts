// What stands around core: the spec and its schema, names, flags, pages, connections, the trace, and this very check.
import { BOOTSTRAP } from "../../models/bootstrap.ts";
import { type Mutant, byTest, inCore, inModel } from "../mutant.ts";

const objects = byTest("properties/src/laws/objects.test.ts");
const schema = byTest("shell/integration/crd.test.ts");
const operating = byTest("shell/src/operator.test.ts");

export const SURFACE_MUTANTS: readonly Mutant[] = [
  {
    id: "R-RC-21",
    what: "pods are selected by what they are, and not by whose they are",
    patches: [inCore("objects/names.ts", '  "app.kubernetes.io/instance": cluster,\n', "")],
    expected: [objects("RC-21", "RES-2 every Service selects pods of its own cluster only")],
  },
  {
    id: "R-RES-4",
    what: "a changed size of volume is refused, and written into the StatefulSet all the same",
    patches: [inCore("spec.ts", "  return before;\n};\n\nconst refused", "  return asked;\n};\n\nconst refused")],
    expected: [objects("RES-4", "RES-4 no edit changes a field of a StatefulSet")],
  },
  {
    id: "R-ST-4",
    what: "the history is kept for ever, and grows with each failover",
    patches: [
      inCore(
        "history.ts",
        "entries.toSorted((a, b) => a.epoch - b.epoch).slice(-HISTORY_LIMIT);",
        "entries.toSorted((a, b) => a.epoch - b.epoch);",
      ),
    ],
    expected: [byTest("properties/src/laws/history.test.ts")("ST-4", "ST-4 the history is short and in order")],
  },
  {
    id: "R-ST-4 told",
    what: "when our own claim was written is told of a later leader's",
    patches: [inCore("history.ts", "...(isOvertaken ? { moments: {} } : {})", "...(isOvertaken ? {} : {})")],
    expected: [byTest("properties/src/laws/history.test.ts")("ST-4", "ST-4 what an operator saw of its own claim")],
  },
  {
    id: "R-RC-6",
    what: "one of the objects is never made",
    patches: [
      inCore(
        "objects.ts",
        "for (const desired of desiredObjects(cluster)) {",
        'for (const desired of desiredObjects(cluster).filter((one) => one.kind !== "PodDisruptionBudget")) {',
      ),
    ],
    expected: [inModel("LV-1 told", BOOTSTRAP)],
  },
  {
    id: "R-CRD-1",
    what: "core serves more pods than the schema admits",
    patches: [
      inCore("rules.ts", "replicas: { minimum: 1, maximum: 9, standard: 3 }", "replicas: { minimum: 1, maximum: 10, standard: 3 }"),
    ],
    expected: [schema("CRD-1", "CRD-1 the schema and core admit the same specs")],
  },
  {
    id: "R-CRD-2",
    what: "core serves a change of port that the schema refuses",
    patches: [inCore("spec.ts", "if (served !== undefined && port !== served.port) {", "if (served !== undefined && port < 0) {")],
    expected: [schema("CRD-2", "CRD-2 the schema and core refuse the same changes")],
  },
  {
    id: "R-SH-1",
    what: "a value with an equals sign in it is cut there",
    patches: [{ file: "shell/src/config.ts", find: "text: argument.slice(equals + 1)", replace: 'text: argument.split("=")[1] ?? ""' }],
    expected: [byTest("shell/src/config.test.ts")("SH-1", "SH-1: parse(render(c)) = c")],
  },
  {
    id: "R-SH-4",
    what: "the operator does not wait for what it has begun before it gives the Lease back",
    patches: [{ file: "shell/src/reconcile.ts", find: "      await Promise.all(underWay);\n", replace: "" }],
    expected: [operating("SH-4", "SH-4 an operator that ends")],
  },
  {
    id: "R-SH-5",
    what: "what became of a connection is told as often as its socket says so",
    patches: [
      {
        file: "shell/src/valkey/connection.ts",
        find: '    if (state._tag === "Closed") return;\n    state = next;',
        replace: "    state = next;",
      },
      {
        file: "shell/src/valkey/connection.ts",
        find: '    if (state._tag === "Closed") return;\n    clearTimeout(connecting);',
        replace: "    clearTimeout(connecting);",
      },
    ],
    expected: [byTest("shell/src/valkey/connection.test.ts")("SH-5", "each change of state is told once")],
  },
  {
    id: "R-SH-6",
    what: "the operator says that it is ready before it has read anything",
    patches: [
      {
        file: "shell/src/telemetry/server.ts",
        find: "if (pages.isReady()) plain(200",
        replace: "if (pages.isReady() || path !== undefined) plain(200",
      },
    ],
    expected: [byTest("shell/src/telemetry/telemetry.test.ts")("SH-6", "healthz, readyz and metrics are served")],
  },
  {
    id: "R-SH-7",
    what: "of a trace only what was done is decided again, and not what was left undone",
    patches: [
      {
        file: "properties/src/trace/conform.ts",
        find: "if (decisionText(stepped.decision) !== decisionText(decision)) {",
        replace: 'if (decision._tag === "Act" && decisionText(stepped.decision) !== decisionText(decision)) {',
      },
    ],
    expected: [byTest("properties/src/trace/conform.test.ts")("SH-7", "another decision is told, with both")],
  },
  {
    id: "D-39",
    what: "one cluster whose writes hang holds up all others: what is begun waits for what was begun before",
    patches: [
      {
        file: "shell/src/reconcile.ts",
        find: "    const doing = perform(action, {",
        replace: "    const doing = oneByOne(() => perform(action, {",
      },
      {
        file: "shell/src/reconcile.ts",
        find: '      permittedUntil: leadership._tag === "Leading" ? leadership.until : undefined,\n      now,\n    })\n',
        replace: '      permittedUntil: leadership._tag === "Leading" ? leadership.until : undefined,\n      now,\n    }))\n',
      },
      {
        file: "shell/src/reconcile.ts",
        find: "export function reconciler(around: Surroundings): Reconciler {\n",
        replace: `let last: Promise<unknown> = Promise.resolve();
const oneByOne = <One>(begin: () => Promise<One>): Promise<One> => {
  const next = last.then(begin);
  last = next;
  return next;
};

export function reconciler(around: Surroundings): Reconciler {
`,
      },
    ],
    expected: [operating("LV-12", "LV-12 a cluster whose writes hang")],
  },
  {
    id: "D-44",
    what: "one exception ends the work: the cluster in whose turn it was thrown is never served again",
    patches: [
      {
        file: "shell/src/operator.ts",
        find: "    onDefect(Cause.pretty(exit.cause));\n    yield* Effect.sleep(RESTART_AFTER);\n",
        replace: "    onDefect(Cause.pretty(exit.cause));\n    void RESTART_AFTER;\n    return;\n",
      },
    ],
    expected: [operating("SH-3", "SH-3 an exception in the turn of one cluster")],
  },
  {
    id: "D-55",
    what: "a property that cannot fail: a mutant that nothing noticed counts as found",
    patches: [
      {
        file: "properties/src/mutants/mutant.ts",
        find: "export const isKilled = (kill: Kill): boolean => kill.killers.length > 0 && kill.missing.length === 0;",
        replace: "export const isKilled = (kill: Kill): boolean => kill.killers.length >= 0;",
      },
    ],
    expected: [byTest("properties/src/mutants/mutants.test.ts")("SH-8", "SH-8 one that survives is told")],
  },
];
