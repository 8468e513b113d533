// `npm run image -- --out FILE`: the operator's image without Docker, as a tar that `ctr images import`, `kind load
// image-archive`, `docker load` (25 or newer) and `skopeo copy oci-archive:FILE` take. What the Dockerfile makes is the same
// program on the same Node; where Docker is at hand that one is the ordinary way.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleOperator } from "./bundle.ts";
import { IMAGE_NAME, imageConfig, PROGRAM } from "./command.ts";
import { file, layerOf } from "./layer.ts";
import { assemble } from "./oci.ts";
import { platformHere, runtimeFiles } from "./runtime.ts";

const help = `npm run image -- --out FILE [--name NAME:TAG]
       npm run image -- --bundle FILE [--notices FILE]

  --out FILE       where the image goes, as a tar in the OCI layout
  --name NAME:TAG  what it is called there (default ${IMAGE_NAME})
  --bundle FILE    write the operator as one file only, and no image
  --notices FILE   with --bundle: write the licences of what is in it, too
  --help           this text

SOURCE_DATE_EPOCH, in seconds since 1970, is the date that the image bears; without it 1970. The same sources, Node and
Debian packages give the same digest.
`;

const usage = (problem: string): never => {
  process.stderr.write(`gungnir image: ${problem}\n\n${help}`);
  process.exit(2);
};

const asked = (() => {
  try {
    const text = { type: "string" } as const;
    return parseArgs({ options: { out: text, name: text, bundle: text, notices: text, help: { type: "boolean", default: false } } }).values;
  } catch (problem) {
    return usage(problem instanceof Error ? problem.message : String(problem));
  }
})();

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

const image = async (out: string, name: string): Promise<void> => {
  const { architecture } = platformHere();
  const created = Number(process.env["SOURCE_DATE_EPOCH"] ?? "0");
  if (!Number.isSafeInteger(created) || created < 0)
    throw new Error(
      `SOURCE_DATE_EPOCH is ${JSON.stringify(process.env["SOURCE_DATE_EPOCH"])}; allowed is a whole number of seconds since 1970`,
    );
  const workshop = await mkdtemp(join(tmpdir(), "gungnir-image-"));
  try {
    const { code, notices } = await bundleOperator();
    const system = await layerOf(await runtimeFiles(workshop), workshop);
    const program = await layerOf([file(PROGRAM, code), file("/usr/local/share/doc/gungnir/NOTICES", notices)], workshop);
    const layers = [
      { tar: system, what: "Node.js and the C and C++ libraries of Debian" },
      { tar: program, what: "the operator, bundled" },
    ];
    const made = await assemble({ name, architecture, layers, config: imageConfig(), created }, workshop);
    await writeFile(out, made.archive);
    process.stdout.write(
      `${JSON.stringify({ image: name, digest: made.digest, architecture, out, bundle: mebibytes(code.length), compressed: mebibytes(made.compressedBytes), uncompressed: mebibytes(made.bytes) })}\n`,
    );
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
};

const program = async (bundle: string, to: string | undefined): Promise<void> => {
  const { code, notices } = await bundleOperator();
  await writeFile(resolve(bundle), code);
  if (to !== undefined) await writeFile(resolve(to), notices);
};

try {
  if (asked.help) process.stdout.write(help);
  else if (asked.bundle !== undefined) await program(asked.bundle, asked.notices);
  else if (asked.out === undefined) usage("--out is missing");
  else {
    const name = asked.name ?? IMAGE_NAME;
    if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+:[\w.-]+$/.test(name)) usage(`--name is ${JSON.stringify(name)}; allowed is HOST/NAME:TAG`);
    await image(resolve(asked.out), name);
  }
} catch (problem) {
  process.stderr.write(`gungnir image: ${problem instanceof Error ? problem.message : String(problem)}\n`);
  process.exitCode = 1;
}
