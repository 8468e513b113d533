import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Container, Pod } from "../clients/pod.ts";
import { matchesLabels } from "../clients/resource.ts";
import { environmentOf, expand, fieldOf } from "./environment.ts";
import { openLog, readLog } from "./log.ts";
import { rewritePaths } from "./mounts.ts";
import { addressPool } from "./network.ts";
import { podStatus } from "./status.ts";
import { prepareVolumes, refreshVolumes, type VolumeSources } from "./volumes.ts";

const pod: Pod = {
  metadata: { name: "web-0", namespace: "shop", uid: "u", labels: { app: "web" } },
  spec: { nodeName: "sandbox-0", containers: [{ name: "valkey", image: "valkey:8" }] },
};
const addresses = { podIP: "127.40.1.1", hostIP: "127.40.0.1" };
const none = { configMap: () => Promise.resolve(undefined), secret: () => Promise.resolve(undefined) };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gungnir-kubelet-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("references in commands", () => {
  it("fill in known variables, keep unknown ones and unescape $$", () => {
    expect(expand("$(A)-$(B)-$$(A)-$A", { A: "1" })).toBe("1-$(B)-$(A)-$A");
  });

  it("are not found on the prototype of anything", () => {
    expect(expand("$(constructor)", {})).toBe("$(constructor)");
  });
});

describe("mount paths", () => {
  const mounts = [
    { mountPath: "/data", folder: "/tmp/pod/data" },
    { mountPath: "/data/deep", folder: "/tmp/pod/deep" },
    { mountPath: "/tmp", folder: "/tmp/pod/tmp" },
  ];

  it("are replaced where they stand as paths, the longest first and nothing twice", () => {
    expect(rewritePaths("dir /data\nx=/data/deep/a --y=/tmp/b", mounts)).toBe("dir /tmp/pod/data\nx=/tmp/pod/deep/a --y=/tmp/pod/tmp/b");
  });

  it("are left alone inside other paths and names", () => {
    expect(rewritePaths("/var/data /database a/data /data-old", mounts)).toBe("/var/data /database a/data /data-old");
  });
});

describe("the environment", () => {
  it("takes values from fields, Secrets and earlier variables, and never rewrites a Secret", async () => {
    const container: Container = {
      name: "valkey",
      image: "valkey:8",
      env: [
        { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
        { name: "URL", value: "$(POD_IP):6379 in /data" },
      ],
    };
    const secret = { metadata: { name: "s" }, data: { k: Buffer.from("/data $(POD_IP)").toString("base64") } };
    const sources = { ...none, secret: () => Promise.resolve(secret) };
    const mounts = [{ mountPath: "/data", folder: "/elsewhere" }];
    const environment = await environmentOf({ pod, container, base: { PATH: "/bin" }, addresses, mounts, sources });
    expect(environment).toMatchObject({
      POD_IP: "127.40.1.1",
      PASSWORD: "/data $(POD_IP)",
      URL: "127.40.1.1:6379 in /elsewhere",
      PATH: "/bin",
    });
  });

  it("names what is missing", async () => {
    const container: Container = {
      name: "valkey",
      image: "valkey:8",
      env: [{ name: "P", valueFrom: { secretKeyRef: { name: "gone", key: "k" } } }],
    };
    await expect(environmentOf({ pod, container, base: {}, addresses, mounts: [], sources: none })).rejects.toThrow(
      'secret "gone" not found',
    );
  });

  it("reads labels by key", () => {
    expect(fieldOf(pod, addresses, "metadata.labels['app']")).toBe("web");
    expect(() => fieldOf(pod, addresses, "spec.whatever")).toThrow("spec.whatever is none of");
  });
});

const holding = (data: Record<string, string>): VolumeSources => ({
  ...none,
  configMap: () => Promise.resolve({ metadata: { name: "c" }, data }),
  claimFolder: () => Promise.resolve(undefined),
});

describe("projected volumes", () => {
  it("hold the files of their ConfigMap and follow its changes", async () => {
    const withVolume: Pod = { ...pod, spec: { ...pod.spec, volumes: [{ name: "config", configMap: { name: "c" } }] } };
    const folders = await prepareVolumes(withVolume, addresses, folder, holding({ "a.conf": "1", "b.conf": "2" }));
    await refreshVolumes(withVolume, addresses, folders, holding({ "a.conf": "3" }));
    expect(readFileSync(join(folder, "config", "a.conf"), "utf8")).toBe("3");
    expect(() => readFileSync(join(folder, "config", "b.conf"))).toThrow("ENOENT");
  });
});

describe("a container's log", () => {
  it("joins chunks into lines, rotates at its cap, and is followed without gap", () => {
    const path = join(folder, "0.log");
    const log = openLog(path, 200);
    const followed: string[] = [];
    for (let line = 0; line < 20; line += 1) {
      log.write("stdout", Buffer.from(`line ${line} of`));
      if (line === 10)
        log.follow(
          (text) => void followed.push(text.slice(25)),
          () => void followed.push("end"),
        );
      log.write("stdout", Buffer.from(" twenty\n"));
    }
    log.end();
    const query = { tailLines: 2, sinceMs: undefined, limitBytes: undefined, timestamps: false };
    expect(readLog(path, query)).toBe("line 18 of twenty\nline 19 of twenty\n");
    expect(followed).toHaveLength(11);
    expect(followed[0]).toBe("line 10 of twenty\n");
    expect(readFileSync(path).length).toBeLessThan(300);
  });
});

describe("pod addresses", () => {
  it("are each other's, used again late, and taken up after a restart", () => {
    const pool = addressPool("127.40");
    const first = pool.take();
    pool.give(first);
    expect(pool.take()).not.toBe(first);
    expect(pool.take("127.40.9.9")).toBe("127.40.9.9");
    expect(pool.take("127.41.1.1")).toMatch(/^127\.40\./);
  });
});

describe("label selectors", () => {
  it("select nothing when absent and everything when empty", () => {
    expect(matchesLabels(undefined, { a: "1" })).toBe(false);
    expect(matchesLabels({}, { a: "1" })).toBe(true);
    expect(matchesLabels({ matchExpressions: [{ key: "a", operator: "NotIn", values: ["1"] }] }, { a: "1" })).toBe(false);
  });
});

describe("a pod's status", () => {
  const base = {
    pod,
    ...addresses,
    startTime: "2026-01-01T00:00:00Z",
    initContainers: [],
    failed: false,
    previous: [],
    isInitialized: true,
  };
  const container = { name: "valkey", image: "valkey:8", imageID: "", restartCount: 0, ready: true, started: true, lastState: {} };

  it("is Running and Ready with a ready container, and keeps the time of the last transition", () => {
    const running = { ...container, state: { running: { startedAt: "2026-01-01T00:00:00Z" } } };
    const previous = [{ type: "Ready", status: "True", lastTransitionTime: "2020-01-01T00:00:00Z" }];
    const status = podStatus({ ...base, containers: [running], finished: new Set(), previous });
    expect(status.phase).toBe("Running");
    expect(status.conditions?.find((each) => each.type === "Ready")).toEqual(previous[0]);
  });

  it("stays Running while a dead container is about to be restarted, and is Failed when it is not", () => {
    const end = { exitCode: 137, reason: "Error", startedAt: "", finishedAt: "", containerID: "c" };
    const dead = { ...container, ready: false, state: { terminated: end } };
    expect(podStatus({ ...base, containers: [dead], finished: new Set() }).phase).toBe("Running");
    expect(podStatus({ ...base, containers: [dead], finished: new Set(["valkey"]) }).phase).toBe("Failed");
  });
});
