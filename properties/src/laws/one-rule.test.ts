// SEL-12: who is promoted is decided in one place. A second copy of the rule, however well meant, is one that nobody explores.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const sourcesIn = (folder: string): readonly { readonly path: string; readonly text: string }[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => ({ path: join(folder, path), text: readFileSync(join(ROOT, folder, path), "utf8") }));

it("SEL-12 there is one order of candidates, and nobody else sorts or compares them", () => {
  const all = [...sourcesIn("core/src"), ...sourcesIn("shell/src")];
  const defining = all.filter(({ text }) => /\bconst (byMerit|choose)\b/.test(text)).map(({ path }) => path);
  expect(defining).toEqual(["core/src/promotion.ts"]);
  // Neither by offset nor by priority is anybody put into an order elsewhere.
  const comparing = all.filter(({ text }) => /(toSorted|sort)\([^)]*(offset|priority)/.test(text)).map(({ path }) => path);
  expect(comparing).toEqual([]);
  // Only core asks for it: the shell does as it is told.
  expect(
    sourcesIn("shell/src")
      .filter(({ text }) => /\bbyMerit\b|\bchoose\(.*frozen/.test(text))
      .map(({ path }) => path),
  ).toEqual([]);
});
