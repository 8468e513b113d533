// The operator as one file, and the licences of what is in it. The same sources give the same bytes: paths inside are relative
// to the checkout, and nothing of the clock gets in. Names are kept, because a stack trace is read by people.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");

export type Bundle = {
  /** An ES module for Node 24. */
  readonly code: Uint8Array;
  /** The packages in it, each with its licence. */
  readonly notices: string;
};

/** Bundles the operator from its sources; rejects with esbuild's own words when something cannot be resolved. */
export const bundleOperator = async (): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, "shell/image/entry.ts")],
    absWorkingDir: root,
    outfile: "gungnir.mjs",
    write: false,
    bundle: true,
    metafile: true,
    platform: "node",
    target: "node24",
    format: "esm",
    conditions: ["gungnir-source"],
    // Half the size, and so half of what the process keeps of its own text.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none", // they are in the notices
    // Packages in the older module format ask for Node's own modules by `require`, which an ES module has to make itself.
    banner: { js: 'import{createRequire as gungnirRequire}from"node:module";const require=gungnirRequire(import.meta.url);' },
    logLevel: "error",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild made no file of shell/image/entry.ts");
  return { code: output.contents, notices: noticesOf(Object.keys(metafile.inputs)) };
};

/** `node_modules/@scope/name` of each package that gave a file. */
const packagesOf = (inputs: readonly string[]): readonly string[] => {
  const folders = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(folders)].toSorted();
};

const noticesOf = (inputs: readonly string[]): string =>
  packagesOf(inputs)
    .map((folder) => {
      const path = join(root, folder);
      const { name, version, license } = described(path);
      const text = licenceFile(path);
      return `${name} ${version} (${license})\n\n${text === undefined ? "" : `${text.trim()}\n`}`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);

const described = (folder: string): { readonly name: string; readonly version: string; readonly license: string } => {
  const about: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const field = (name: string): string => {
    const value: unknown = typeof about === "object" && about !== null ? Reflect.get(about, name) : undefined;
    return typeof value === "string" ? value : "not said";
  };
  return { name: field("name"), version: field("version"), license: field("license") };
};

const licenceFile = (folder: string): string | undefined => {
  const file = existsSync(folder) ? readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) : undefined;
  return file === undefined ? undefined : readFileSync(join(folder, file), "utf8");
};
