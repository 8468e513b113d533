// Whether a rendering of the chart by Helm itself holds what an overlay installs: node shell/install/compare.ts HELM.yaml OVERLAY. The
// namespace is not compared, which Helm makes only when asked to, nor is the definition, which the chart may leave to somebody else.
import { isDeepStrictEqual } from "node:util";
import { documents, kustomize, type Manifest, named } from "./kustomize.ts";

const [rendered, overlay] = process.argv.slice(2);
if (rendered === undefined || overlay === undefined) {
  process.stderr.write("usage: node shell/install/compare.ts HELM.yaml OVERLAY\n");
  process.exit(2);
}
const compared = (objects: readonly Manifest[]): ReadonlyMap<string, Manifest> =>
  new Map(
    objects.filter(({ kind }) => kind !== "Namespace" && kind !== "CustomResourceDefinition").map((object) => [named(object), object]),
  );

const helm = compared(documents(rendered));
const ours = compared(kustomize(overlay));
const names = [...new Set([...helm.keys(), ...ours.keys()])].toSorted();
const different = names.filter((name) => !isDeepStrictEqual(helm.get(name), ours.get(name)));
if (names.length === 0 || different.length > 0) {
  process.stderr.write(
    `${rendered} and ${overlay} differ in ${different.join(", ") || "everything: nothing is in them"}; see shell/install/chart.ts\n`,
  );
  process.exitCode = 1;
} else process.stdout.write(`${names.length} objects are the same\n`);
