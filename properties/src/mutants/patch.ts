// A mutant is core with one piece of text exchanged: a known failure of operators in this field, put back in. It is applied to
// a copy of core's sources and imported from there, so that the very same exploration runs against it.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Core } from "../world/operator.ts";

export type Patch = { readonly file: string; readonly find: string; readonly replace: string };
export type Mutant = { readonly id: string; readonly what: string; readonly patches: readonly Patch[] };

/** Core's sources, whether the package is found by them or by what was built from them. */
const sources = (): string => join(dirname(fileURLToPath(import.meta.resolve("@gungnir/core"))), "..", "src");

/** The text with the patch applied. Throws where the text to find is not there exactly once: a mutant must not rot into passing. */
export const patched = (text: string, patch: Patch, id: string): string => {
  const count = text.split(patch.find).length - 1;
  if (count !== 1) {
    throw new Error(
      `mutant ${id}: core/src/${patch.file} holds the text to replace ${count} times, wanted once; adapt the patch to:\n${patch.find}`,
    );
  }
  return text.replace(patch.find, () => patch.replace);
};

/** Runs `use` with the mutated core, and removes it afterwards. */
export const withMutant = async <Result>(mutant: Mutant, use: (core: Core) => Promise<Result> | Result): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), `gungnir-mutant-${mutant.id}-`));
  try {
    cpSync(sources(), folder, { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
    symlinkSync(join(sources(), "..", "..", "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    for (const patch of mutant.patches) {
      const path = join(folder, patch.file);
      writeFileSync(path, patched(readFileSync(path, "utf8"), patch, mutant.id));
    }
    const module: unknown = await import(pathToFileURL(join(folder, "index.ts")).href);
    return await use(coreOf(module, mutant.id));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const coreOf = (module: unknown, id: string): Core => {
  if (isCore(module)) return module;
  throw new Error(`mutant ${id}: core exports no step`);
};

/** The parse edge: what a patched source exports has the type that it had. */
const isCore = (module: unknown): module is Core =>
  typeof module === "object" && module !== null && "step" in module && typeof module.step === "function";
