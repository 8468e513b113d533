// Every option of the commands that have many, in the words that the server knows.
import { expect, test } from "vitest";
import { commands } from "../index.ts";

test("CLIENT KILL says each of its filters", () => {
  expect(
    commands
      .clientKill(
        { id: 7, type: "REPLICA", user: "repl", address: "10.0.0.1:5", localAddress: "10.0.0.2:6379", olderThanSeconds: 3 },
        { spareMe: false },
      )
      .join(" "),
  ).toBe("CLIENT KILL ID 7 TYPE REPLICA USER repl ADDR 10.0.0.1:5 LADDR 10.0.0.2:6379 SKIPME NO MAXAGE 3");
});

test("CLIENT TRACKING says each prefix, and whether its own writes count", () => {
  expect(commands.clientTracking(true, { broadcast: ["a:", "b:"], exceptOwn: true }).join(" ")).toBe(
    "CLIENT TRACKING ON PREFIX a: PREFIX b: BCAST NOLOOP",
  );
  expect(commands.clientTracking(false)).toEqual(["CLIENT", "TRACKING", "OFF"]);
});

test("SHUTDOWN saves, does not, or does as it is configured to", () => {
  expect(commands.shutdown({ save: false })).toEqual(["SHUTDOWN", "NOSAVE"]);
  expect(commands.shutdown({ save: true, now: true, force: true })).toEqual(["SHUTDOWN", "SAVE", "NOW", "FORCE"]);
});

test("FAILOVER without a name is to whoever is ready, in time or whenever", () => {
  expect(commands.failover()).toEqual(["FAILOVER"]);
  expect(commands.failover({ timeoutMs: 5 })).toEqual(["FAILOVER", "TIMEOUT", 5]);
});
