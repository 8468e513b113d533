// A mutant is applied to a copy of the sources it concerns, and what runs is imported from there: the very same search and the
// very same tests run against it.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant, Patch } from "./mutant.ts";

/** The checkout, or what was installed of it: core's sources are there whether the package is found by them or by what was built. */
export const ROOT = join(dirname(fileURLToPath(import.meta.resolve("@gungnir/core"))), "..", "..");

/** A module beside this one, whether this one is a source or was built from it. */
export const siblingOf = (name: string): string => join(import.meta.dirname, `${name}.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`);

/** The text with the patch applied. Throws where the text to find is not there exactly once: a mutant must not rot into passing. */
export const patched = (text: string, patch: Patch, id: string): string => {
  const count = text.split(patch.find).length - 1;
  if (count !== 1) {
    throw new Error(
      `mutant ${id}: ${patch.file} holds the text to replace ${count} times, wanted once; adapt the patch to:\n${patch.find}`,
    );
  }
  return text.replace(patch.find, () => patch.replace);
};

/** The folders that have to be copied, so that whoever imports a patched file imports the patched one. */
const foldersOf = (mutant: Mutant): readonly string[] => {
  const isBeyondCore = mutant.patches.some(({ file }) => !file.startsWith("core/"));
  return isBeyondCore
    ? ["core/src", "shell/src", "shell/install", "shell/image", "shell/integration", "shell/package.json", "crds", "properties/src"]
    : ["core/src"];
};

/** A folder like the checkout, with the mutant in it. Whoever made it removes it. */
export const plant = (mutant: Mutant): string => {
  const folder = mkdtempSync(join(tmpdir(), `gungnir-mutant-${mutant.id}-`));
  try {
    for (const copied of foldersOf(mutant)) cpSync(join(ROOT, copied), join(folder, copied), { recursive: true });
    const modules = [join(ROOT, "node_modules"), join(ROOT, "..", "..", "node_modules")].find((path) => existsSync(path));
    if (modules !== undefined) symlinkSync(modules, join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    for (const patch of mutant.patches) {
      const path = join(folder, patch.file);
      writeFileSync(path, patched(readFileSync(path, "utf8"), patch, mutant.id));
    }
    return folder;
  } catch (problem) {
    uproot(folder);
    throw problem;
  }
};

export const uproot = (folder: string): void => rmSync(folder, { recursive: true, force: true });
