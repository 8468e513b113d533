// `npm run manifests`: what under crds/install is made from something else: the copy of the definition, the dashboard as a
// ConfigMap, the Helm chart, and one file for servers that are too old for the definition. With `-- --check` nothing is
// written, and a file that is not as it would be made ends it with 1.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { servable } from "../src/sandbox/older-server.ts";
import { chartFiles, dashboardObject, installFolder, made } from "./chart.ts";
import { kustomize, named, objectsOf } from "./kustomize.ts";

/** Every file that is made, by its path under `crds/install`. */
export const madeFiles = (): Readonly<Record<string, string>> => {
  const definition = readFileSync(join(installFolder, "../valkeyclusters.yaml"), "utf8");
  const dashboard = dashboardObject(readFileSync(join(installFolder, "monitoring/dashboard.json"), "utf8"));
  const chart = Object.entries(chartFiles({ definition, dashboard })).map(([path, text]) => [`chart/${path}`, text] as const);
  return {
    "crd/valkeyclusters.yaml": definition,
    "overlays/cluster-before-1.25/everything.yaml": before125(definition),
    "monitoring/dashboard.yaml": dashboard,
    ...Object.fromEntries(chart),
  };
};

/** What the overlay for all namespaces installs, as a server takes it that knows no rules in definitions. */
const before125 = (definition: string): string => {
  const [newest] = objectsOf(definition, "valkeyclusters.yaml"); // the copy may be about to be made
  const objects = kustomize(join(installFolder, "overlays/cluster")).map((object) =>
    named(object) === named(newest ?? {}) ? newest : object,
  );
  const texts = objects.map((object) => stringify(servable(object, OLDEST_MINOR), { aliasDuplicateObjects: false, lineWidth: 0 }));
  return made + texts.join("---\n");
};
/** The oldest that the tests run on. */
const OLDEST_MINOR = 20;

/** The paths that are not as they would be made. */
export const outdated = (): readonly string[] =>
  Object.entries(madeFiles()).flatMap(([path, text]) => {
    const at = join(installFolder, path);
    return existsSync(at) && readFileSync(at, "utf8") === text ? [] : [path];
  });

const write = (): void => {
  for (const [path, text] of Object.entries(madeFiles())) {
    mkdirSync(dirname(join(installFolder, path)), { recursive: true });
    writeFileSync(join(installFolder, path), text);
  }
};

if (import.meta.main) {
  if (!process.argv.includes("--check")) write();
  const wrong = outdated();
  if (wrong.length > 0) process.stderr.write(`gungnir manifests: not as made: ${wrong.join(", ")}. What to do: npm run manifests\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
