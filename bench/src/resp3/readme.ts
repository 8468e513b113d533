// Puts a table where bench/README.md has room for it: between `<!-- NAME -->` and `<!-- /NAME -->`.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";

const readme = join(import.meta.dirname, "../../README.md");

/** Formatted like the rest, for the checks look at that. */
export const intoReadme = async (name: string, text: string): Promise<void> => {
  const options = await resolveConfig(readme);
  await writeFile(readme, await format(between(await readFile(readme, "utf8"), name, text), { ...options, filepath: readme }));
};

/** The document with the text between the two marks; throws where they are not there. */
export const between = (document: string, name: string, text: string): string => {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(open);
  const to = document.indexOf(close, from);
  if (from === -1 || to === -1) throw new Error(`bench/README.md: nothing between ${open} and ${close}; put both back in`);
  return `${document.slice(0, from + open.length)}\n\n${text}\n\n${document.slice(to)}`;
};
