// What is written for a cluster, to the letter, and what the operator may do, against what is kept in properties/goldens/objects. Laws of this
// folder say why; this says that a release changes nothing of it without being seen.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FOLDER, GOLDENS } from "./manifests.ts";

it.each(Object.entries(GOLDENS))(
  "objects are as %s keeps them; whoever changes them on purpose writes it anew, as manifests.ts says",
  (file, make) => {
    expect(make()).toStrictEqual(JSON.parse(readFileSync(join(FOLDER, file), "utf8")));
  },
);
