import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Container, Pod } from "../clients/pod.ts";
import { localImages } from "./images.ts";
import { prepareLaunch } from "./launch.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gungnir-launch-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const launch = (container: Container) => {
  const pod: Pod = { metadata: { name: "web-0", namespace: "shop" }, spec: { containers: [container] } };
  const sources = { configMap: () => Promise.resolve(undefined), secret: () => Promise.resolve(undefined) };
  const mounts = [{ mountPath: "/data", folder: join(folder, "data") }];
  return prepareLaunch({
    pod,
    container,
    addresses: { podIP: "127.0.0.9", hostIP: "127.0.0.1" },
    mounts,
    sources,
    images: localImages(folder),
    folder,
  });
};

it("runs a valkey image's entrypoint with the pod's arguments, paths and variables put in", async () => {
  const args = ["--dir", "/data", "--bind", "$(POD_IP)"];
  const env = [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }];
  expect(await launch({ name: "valkey", image: "docker.example/valkey/valkey:8.0@sha256:0", args, env })).toMatchObject({
    _tag: "Launch",
    argv: ["valkey-server", "--dir", join(folder, "data"), "--bind", "127.0.0.9"],
    cwd: join(folder, "data"),
  });
});

it("says which images there are when it is asked for another, and that a tag is none", async () => {
  expect(await launch({ name: "main", image: "example/postgres:16" })).toMatchObject({
    reason: "ErrImagePull",
    message: expect.stringContaining("valkey"),
  });
  expect(await launch({ name: "main", image: "valkey:no-such-tag" })).toMatchObject({
    reason: "ErrImagePull",
    message: expect.stringContaining('tag "no-such-tag"'),
  });
});

it("says in words that a program on 0.0.0.0 holds the port", async () => {
  const server = createServer();
  const port = await new Promise<number>((done) => {
    server.listen(0, "0.0.0.0", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const container: Container = { name: "main", image: "busybox", ports: [{ containerPort: port }] };
  expect(await launch(container)).toMatchObject({
    reason: "PortTaken",
    message: expect.stringMatching(/127\.0\.0\.9.*probably on 0\.0\.0\.0/),
  });
  await new Promise((done) => server.close(done));
  expect(await launch(container)).toMatchObject({ _tag: "Launch" });
});
