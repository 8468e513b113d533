// FO-18 on a real server: a later leader enters, and the earlier one's connections are closed, its commands are not obeyed, and when it
// comes again it is told that it was superseded.
import { type CommandAnswer, instant } from "@gungnir/core";
import { itemsOf, textOf, type Value } from "@gungnir/core/resp3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { open } from "../src/valkey/connection.ts";
import { link, type Link } from "../src/valkey/link.ts";
import { probe } from "../src/valkey/probe.ts";
import { startValkey, type Started } from "../src/valkey/testing.ts";

const password = "operators-only";
const rules = [
  "--user",
  "gungnir-operator",
  "on",
  `>${password}`,
  "resetchannels",
  "-@all",
  "+@admin",
  "+@connection",
  "+info",
  "+function",
];
let server: Started;
const links: Link[] = [];
beforeAll(async () => {
  server = await startValkey(rules);
}, 60_000);
afterAll(async () => {
  for (const one of links) one.close();
  await server.stop();
});

const entered = (term: number): Link => {
  const authority = { founded: "2026-11-22T18:52:07Z", term };
  const made = link({
    host: "127.0.0.1",
    port: server.port,
    credentials: { user: "gungnir-operator", password, authority },
    connectTimeoutMs: 500,
  });
  links.push(made);
  return made;
};
const valueOf = ([answer]: readonly CommandAnswer[]): Value => (answer?._tag === "Replied" ? answer.value : { _tag: "Null" });
const heard = async (from: Link) => {
  const { heard: said } = await probe(from, { namespace: "default", name: "web" }, 2_000, () => instant(performance.now()));
  return said._tag === "Replied" ? `${said.reply._tag}${"text" in said.reply ? ` ${said.reply.text}` : ""}` : said._tag;
};
const introduced = async (from: Link): Promise<void> => {
  await expect.poll(() => from.commands().runId, { timeout: 5_000 }).toBeDefined();
};

test("the connections of the earlier leader are closed by the later one's coming, and stay closed to it", async () => {
  const earlier = entered(4);
  expect(await heard(earlier)).toBe("Reading");
  await introduced(earlier);
  const acting = earlier.commands().connection;

  const later = entered(5);
  expect(await heard(later)).toBe("Reading");
  await introduced(later);
  await expect.poll(() => acting.state()._tag, { timeout: 5_000 }).toBe("Closed");
  const [late] = await acting.send([["CONFIG", "SET", "min-replicas-to-write", 3]], 500);
  expect(late?._tag).toBe("Refused");
  await expect.poll(() => heard(earlier), { timeout: 5_000 }).toContain("a later leader (gungnir-20261122185207-5) was here");
  expect(earlier.commands().runId).toBeUndefined();

  const [answer] = await later
    .commands()
    .connection.send([["MULTI"], ["FAILOVER", "ABORT"], ["REPLICAOF", "127.0.0.1", 1], ["EXEC"]], 1_000);
  expect(answer?._tag).toBe("Replied");
  for (const one of links.splice(0, 1)) one.close(); // it would come again and again
  const admin = open({ host: "127.0.0.1", port: server.port, credentials: undefined, connectTimeoutMs: 500 });
  await admin.ready();
  const users = async () => itemsOf(valueOf(await admin.send([["ACL", "USERS"]], 1_000)))?.map(textOf);
  await expect.poll(users, { timeout: 5_000 }).toEqual(["default", "gungnir-20261122185207-5", "gungnir-operator"]);
  admin.close();
});
