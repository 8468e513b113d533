// The shell decides nothing; what it must not leave out, and must not do by itself.
import { type Mutant, byTest } from "../mutant.ts";

const performing = byTest("shell/src/perform.test.ts");

export const SHELL: readonly Mutant[] = [
  {
    id: "D-30 shell",
    what: "the lease is not looked at before an action is sent",
    patches: [
      {
        file: "shell/src/perform.ts",
        find: 'if (permittedMs <= 0) return settled({ _tag: "Refused", why: "the lease has run out", transient: true });',
        replace: "void settled;",
      },
      { file: "shell/src/perform.ts", find: "Math.min(COMMAND_DEADLINE_MS, permittedMs)", replace: "COMMAND_DEADLINE_MS" },
    ],
    expected: [performing("LE-5", "nothing is begun without the lease")],
  },
  {
    id: "D-56 shell",
    what: "a command goes to whatever process is at the address by now",
    patches: [
      { file: "shell/src/perform.ts", find: "if (reached.runId !== action.pod.runId) {", replace: "if (reached.runId === undefined) {" },
    ],
    expected: [performing("FO-20", "a command reaches the process it names, and no other one")],
  },
  {
    id: "D-46 shell",
    what: "passwords are the same everywhere",
    patches: [{ file: "shell/src/perform.ts", find: 'randomBytes(32).toString("hex")', replace: '(void randomBytes, "0".repeat(64))' }],
    expected: [performing("RES-7", "a Secret is created with fresh random values")],
  },
  {
    id: "D-54",
    what: "a second copy of a rule outside core: the shell puts candidates into an order of its own",
    patches: [
      {
        file: "shell/src/reconcile.ts",
        find: "const RELIST_AFTER_MS = 250;",
        replace: `const RELIST_AFTER_MS = 250;
export const byMerit = (a: { readonly offset: bigint }, b: { readonly offset: bigint }): number => (a.offset > b.offset ? -1 : 1);`,
      },
    ],
    expected: [byTest("properties/src/laws/one-rule.test.ts")("SEL-12", "SEL-12 there is one order of candidates")],
  },
];
