// What a function makes, and what the compiler refuses: each line behind an expected error is one that would be an error of the server's.
import { expect, test } from "vitest";
import { commands } from "../index.ts";

test("options stand where the server wants them, and only where they are given", () => {
  const to = { host: "10.0.0.1", port: 6379 };
  expect(commands.failover({ to, timeoutMs: 1, force: true })).toEqual(["FAILOVER", "TO", "10.0.0.1", 6379, "FORCE", "TIMEOUT", 1]);
  expect(commands.clientKill({ type: "NORMAL" })).toEqual(["CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES"]);
  expect(commands.configSet(["masteruser", "u"], ["masterauth", "p"])).toEqual(["CONFIG", "SET", "masteruser", "u", "masterauth", "p"]);
  expect(commands.shutdown()).toEqual(["SHUTDOWN"]);
  expect([commands.ping(), commands.ping("hello")]).toEqual([["PING"], ["PING", "hello"]]);
  expect(commands.clientTracking(true)).toEqual(["CLIENT", "TRACKING", "ON"]);
  expect(commands.clientTracking(true, { broadcast: [] })).toEqual(["CLIENT", "TRACKING", "ON", "BCAST"]);
});

test("what is no command does not type-check", () => {
  const wrong: readonly (() => unknown)[] = [
    // @ts-expect-error a key at least
    () => commands.mget(),
    // @ts-expect-error a user at least
    () => commands.aclDelUser(),
    // @ts-expect-error a filter at least
    () => commands.clientKill({}),
    // @ts-expect-error a name has a value
    () => commands.configSet(["maxmemory"]),
    // @ts-expect-error a setting at least
    () => commands.configSet(),
    // @ts-expect-error by force only to somebody, within a time
    () => commands.failover({ force: true }),
    // @ts-expect-error by force only within a time
    () => commands.failover({ to: { host: "h", port: 1 }, force: true }),
    // @ts-expect-error a port is a number
    () => commands.replicaOf({ host: "h", port: "1" }),
    // @ts-expect-error no such section
    () => commands.info("replicas"),
    // @ts-expect-error a rule begins with what it does
    () => commands.aclSetUser("user", "secret"),
    // @ts-expect-error the time comes first
    () => commands.clientPause("WRITE", 1),
    // @ts-expect-error there is no protocol 4
    () => commands.hello(4),
    // @ts-expect-error a login has a password
    () => commands.auth({ user: "u" }),
    // @ts-expect-error both or neither
    () => commands.set("k", "v", { only: "BOTH" }),
    // @ts-expect-error here or not here
    () => commands.waitAof(2, 0, 1),
  ];
  expect(wrong.length).toBe(15);
});
