// RES-6: the probes of the pods, run by a real shell. Only the server's answers are made up: a command line tool that prints them and,
// like the real one, ends with 0 whatever was answered.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desiredObjects, nameOf } from "@gungnir/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clusterOf, specOf, valueAt } from "./objects.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gungnir-scripts-"));
  const data = desiredObjects(clusterOf("web", specOf({ port: 7_001 }))).find((one) => one.name === nameOf("web").config);
  for (const script of ["readiness.sh", "liveness.sh"]) {
    const text = valueAt(data?.manifest, "data", script);
    writeFileSync(join(folder, script), typeof text === "string" ? text : "");
  }
  // Answers a question on its command line, or one a line, each from the file that bears its first word.
  const tool = `#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/asked"
[ -e "$here/exit" ] && { cat "$here/exit"; exit 1; }
case "$*" in
  *PING*) cat "$here/PING" ;;
  *ROLE*) cat "$here/ROLE" ;;
  *) while read -r question; do cat "$here/$question"; done ;;
esac
exit 0
`;
  writeFileSync(join(folder, "valkey-cli"), tool);
  chmodSync(join(folder, "valkey-cli"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ends = (script: string, ping: string, role: string): boolean => {
  writeFileSync(join(folder, "PING"), `${ping}\n`);
  writeFileSync(join(folder, "ROLE"), `${role}\n`);
  try {
    const environment = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, POD_IP: "127.9.9.9" };
    execFileSync("sh", [join(folder, script)], { env: environment, stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
};

const PRIMARY = "master\n42\n127.9.9.8\n6379\n42";
const REPLICA = "slave\n127.9.9.8\n6379\nconnected\n42";

// Seen to fail: the mutant D-49, which believes the exit code of PING.
it("RES-6 ready is the loaded primary, and a loaded replica that is linked; an error reply is neither", () => {
  expect(ends("readiness.sh", "PONG", PRIMARY)).toBe(true);
  expect(ends("readiness.sh", "PONG", REPLICA)).toBe(true);
  for (const link of ["connect", "connecting", "sync", "handshake"]) {
    expect(ends("readiness.sh", "PONG", REPLICA.replace("connected", link))).toBe(false);
  }
  const errors = [
    "LOADING Valkey is loading the dataset in memory",
    "MISCONF Valkey is configured to save RDB snapshots",
    "NOAUTH Authentication required.",
    "(error) ERR",
    "",
  ];
  for (const error of errors) {
    expect(ends("readiness.sh", error, PRIMARY)).toBe(false);
    expect(ends("readiness.sh", error, error)).toBe(false);
  }
});

it("RES-6 alive is who answers, whatever the answer; and only the configured port is asked", () => {
  for (const reply of ["PONG", "LOADING Valkey is loading", "BUSY Valkey is busy", "NOAUTH Authentication required."]) {
    expect(ends("liveness.sh", reply, "")).toBe(true);
  }
  writeFileSync(join(folder, "exit"), "Could not connect to Valkey\n");
  expect(ends("liveness.sh", "", "")).toBe(false);
  writeFileSync(join(folder, "exit"), "Error: ERR max number of clients reached\n");
  expect(ends("liveness.sh", "", "")).toBe(true);
  rmSync(join(folder, "exit"));
  const asked = execFileSync("cat", [join(folder, "asked")], { encoding: "utf8" })
    .trim()
    .split("\n");
  expect(asked.every((line) => line.includes("-p 7001") && line.includes("-h 127.9.9.9"))).toBe(true);
});
