// An image as files: the layout that the Open Container Initiative specifies (image-spec 1.1), which containerd imports and
// registries take. Everything is called by the digest of its bytes, so an image is known by one digest, and equal inputs
// give an equal one.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { tarOf } from "./layer.ts";

const compress = promisify(gzip);

export type ImageParts = {
  /** Full name with a tag, such as `localhost/gungnir-operator:0.1.0`. */
  readonly name: string;
  readonly architecture: string;
  /** Uncompressed tars, the lowest first. */
  readonly layers: readonly { readonly tar: Uint8Array; readonly what: string }[];
  /** What is run, and as whom: `config` of the image configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seconds since 1970 that the image says it is of. */
  readonly created: number;
};

export type Image = {
  /** An OCI layout as one tar. */
  readonly archive: Uint8Array;
  /** Of the manifest: what a registry would know the image by. */
  readonly digest: string;
  readonly compressedBytes: number;
  readonly bytes: number;
};

type Blob = { readonly mediaType: string; readonly digest: string; readonly size: number };

const MEDIA = "application/vnd.oci.image";

/** Assembles the image; `workshop` is an existing folder for what is under way. */
export const assemble = async (parts: ImageParts, workshop: string): Promise<Image> => {
  const place = await mkdtemp(join(workshop, "layout-"));
  try {
    await mkdir(join(place, "blobs/sha256"), { recursive: true });
    const put = async (kind: string, bytes: Uint8Array): Promise<Blob> => {
      const digest = sha256(bytes);
      await writeFile(join(place, "blobs", digest.replace(":", "/")), bytes);
      return { mediaType: `${MEDIA}.${kind}`, digest, size: bytes.length };
    };
    const created = new Date(parts.created * 1000).toISOString();
    const layers: Blob[] = [];
    for (const { tar } of parts.layers) layers.push(await put("layer.v1.tar+gzip", await compress(tar, { level: 6 })));
    const config = await put(
      "config.v1+json",
      json({
        created,
        architecture: parts.architecture,
        os: "linux",
        config: parts.config,
        rootfs: { type: "layers", diff_ids: parts.layers.map(({ tar }) => sha256(tar)) },
        history: parts.layers.map(({ what }) => ({ created, created_by: what })),
      }),
    );
    const manifest = await put("manifest.v1+json", json({ schemaVersion: 2, mediaType: `${MEDIA}.manifest.v1+json`, config, layers }));
    const tag = parts.name.slice(parts.name.lastIndexOf(":") + 1);
    const annotations = { "io.containerd.image.name": parts.name, "org.opencontainers.image.ref.name": tag };
    const platform = { architecture: parts.architecture, os: "linux" };
    const index = { schemaVersion: 2, mediaType: `${MEDIA}.index.v1+json`, manifests: [{ ...manifest, platform, annotations }] };
    await writeFile(join(place, "index.json"), json(index));
    await writeFile(join(place, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
    return {
      archive: await tarOf(place),
      digest: manifest.digest,
      compressedBytes: sum(layers.map((layer) => layer.size)),
      bytes: sum(parts.layers.map(({ tar }) => tar.length)),
    };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
};

const sum = (all: readonly number[]): number => all.reduce((before, one) => before + one, 0);
const sha256 = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
