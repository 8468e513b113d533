// The packages as a stranger would meet them: packed, installed in a project outside the workspace, imported by Node as
// JavaScript, and type-checked with everything strict and nothing skipped. Inside the workspace imports resolve to sources,
// so only this sees a forgotten file, a wrong `exports` or a type that leaks.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const consumer = `import * as core from "@gungnir/core";
import * as resp3 from "@gungnir/core/resp3";
import * as properties from "@gungnir/properties";

export const doors: readonly number[] = [core, resp3, properties].map((door) => Object.keys(door).length);
if (doors.includes(0)) throw new Error(\`exports per door (core, core/resp3, properties): \${doors.join(", ")}; none may be 0\`);
`;

const settings = {
  compilerOptions: {
    target: "ES2024",
    lib: ["ES2024"],
    types: [],
    module: "NodeNext",
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    outDir: "out",
  },
  files: ["consumer.ts"],
};

const check = "node_modules/.bin/gungnir-properties";

/** Builds, packs, installs and uses the published packages; the answer is that of the first program that failed, or of the last one. */
export const checkPackages = async ({ root, workshop, run }) => {
  await mkdir(workshop, { recursive: true });
  const steps = [
    () => run("tsc", ["-b", "core", "properties"]),
    () => run("npm", ["pack", "--silent", "--workspace=core", "--workspace=properties", `--pack-destination=${workshop}`], { cwd: root }),
    async () => {
      const tarballs = (await readdir(workshop)).filter((name) => name.endsWith(".tgz")).map((name) => `./${name}`);
      await writeFile(join(workshop, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
      await writeFile(join(workshop, "consumer.ts"), consumer);
      await writeFile(join(workshop, "tsconfig.json"), JSON.stringify(settings));
      return run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", ...tarballs], { cwd: workshop });
    },
    () => run(join(root, "node_modules/.bin/tsc"), ["-p", "."], { cwd: workshop }),
    () => run(process.execPath, ["out/consumer.js"], { cwd: workshop }),
    // The spec check as it is installed: from what was built, without tests, with another core as a user would give it.
    () => run(process.execPath, [check, "--model", "primary dies, foreign write"], { cwd: workshop }),
    async () => {
      await writeFile(join(workshop, "core.mjs"), 'export { step } from "@gungnir/core";\n');
      return run(process.execPath, [check, "--core", "core.mjs", "--witness", "RC-7"], { cwd: workshop });
    },
  ];
  let last = { code: 0, output: "" };
  for (const step of steps) {
    last = await step();
    if (last.code !== 0) return last;
  }
  return last;
};
