import { join } from "node:path";
import { policyRules } from "@gungnir/core";
import { expect, it } from "vitest";
import type { Resource } from "./clients/resource.ts";
import { crdFolder, readManifests } from "./manifests.ts";
import { parseFlags } from "./main.ts";

type Role = Resource & { readonly rules?: readonly unknown[] };

it("the operator is shipped with the rules that core computes, and no others", () => {
  for (const reach of ["cluster", "namespace"] as const) {
    const files = ["base/lease.yaml", `overlays/${reach}/rbac.yaml`].map((path) => join(crdFolder(), "install", path));
    const manifests: readonly Role[] = files.flatMap((file) => readManifests(file));
    expect(new Set(manifests.flatMap((manifest) => manifest.rules ?? []))).toEqual(new Set(policyRules(reach)));
  }
});

it("the sandbox refuses flags by name", () => {
  expect(() => parseFlags(["--oprator"])).toThrow("--oprator");
  expect(() => parseFlags(["--api-server", "fake"])).toThrow('--api-server is "fake"; it must be embedded or real');
  expect(() => parseFlags(["--port", "many"])).toThrow('--port is "many"');
  expect(parseFlags(["--no-operator"])).toMatchObject({ options: { operator: false } });
});
