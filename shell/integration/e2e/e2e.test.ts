// What of the e2e suite can be seen without a cluster: its command line, its list, its table, and the relay that stands in the operator's way.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { until } from "../scenarios/waiting.ts";
import { writesBetween, writesOn } from "./api-writes.ts";
import { scenarios } from "./catalogue.ts";
import { median } from "./measure.ts";
import { readOptions } from "./options.ts";
import { openRelay } from "./relay.ts";
import { burstsOf, growthOf } from "./scenarios/starved.ts";
import { headOf, lineOf } from "./table.ts";

describe("the command line", () => {
  test("takes several names and gives the rest its defaults", () => {
    expect(readOptions(["--only", "deploy", "--only", "scale", "--brief"])).toMatchObject({
      only: ["deploy", "scale"],
      isBrief: true,
      backend: "real",
      operator: "installed",
      times: 1,
    });
  });

  test.each([
    [["--backend", "kind"], "allowed are sandbox and real"],
    [["--operator", "image"], "allowed are installed and process"],
    [["--times", "0"], "allowed are whole numbers from 1 to 99"],
    [["--minutes", "1.5"], "allowed are whole numbers from 1 to 9999"],
    [["--onyl", "deploy"], "--onyl"],
  ])("%j is refused, naming what is allowed", (args, why) => {
    const read = readOptions(args);
    expect(typeof read === "object" && "problem" in read ? read.problem : "").toContain(why);
  });
});

test("every scenario has a name of its own that can be part of a namespace's, and some are brief", () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z-]{1,30}$/);
  expect(scenarios.filter(({ isBrief }) => isBrief === true).length).toBeGreaterThan(5);
});

test("a line of the table says what came of a scenario, with its figures or with what is lacking", () => {
  const row = { round: 1, name: "deploy", seconds: 12.4, figures: { "ready ms": 7728 }, why: undefined };
  expect(lineOf({ ...row, outcome: "passed" })).toMatch(/^ok +deploy +12 s +ready 7.7$/);
  expect(lineOf({ ...row, outcome: "failed", why: "not ready" })).toMatch(/^FAILED deploy +12 s +ready 7.7, not ready$/);
  const counted = lineOf({ ...row, figures: { nodes: 3, plain: "7/0", reads: "5/1" }, outcome: "passed" });
  expect([counted.indexOf("7/0"), counted.indexOf("5/1")]).toEqual(
    ["plain", "reads"].map((name) => headOf().indexOf(name) + name.length - 3),
  );
  expect(counted).toMatch(/nodes 3$/);
  expect(lineOf({ ...row, figures: {}, outcome: "not on this backend", why: "one node" })).toContain("not on this backend: one node");
});

test("the median of an even number is between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

const sample = (steady: number, growing: number) => [
  { who: "steady", mebibytes: steady },
  { who: "growing", mebibytes: growing },
];

const line = (verb: string, resource: string, subresource: string, count: number): string =>
  `apiserver_request_total{code="200",component="apiserver",resource="${resource}",subresource="${subresource}",verb="${verb}"} ${count}`;

const page = (services: number): string =>
  [
    line("PATCH", "valkeyclusters", "status", 4),
    line("PUT", "statefulsets", "status", 9), // its controller's
    line("PATCH", "events", "", 9), // everybody's
    line("LIST", "services", "", 9),
    line("PATCH", "services", "", services),
    line("PATCH", "services", "", 1).replace("200", "409"),
  ].join("\n");

test("of the API server's count only what the operator may write is taken, and what grew is told", () => {
  expect([...writesOn(page(2))]).toEqual([
    ["PATCH valkeyclusters/status", 4],
    ["PATCH services", 3],
  ]);
  expect(writesBetween(writesOn(page(2)), writesOn(page(4)))).toEqual(["2 PATCH services"]);
});

describe("the hour of starvation", () => {
  test("has a burst in each minute, over and told of before the next, and of every kind", () => {
    const bursts = burstsOf(1, 60);
    expect(bursts).toEqual(burstsOf(1, 60));
    expect(bursts.every(({ offsetMs }) => offsetMs >= 0 && offsetMs + 30_000 <= 60_000)).toBe(true);
    expect(new Set(bursts.map(({ squeezed }) => squeezed)).size).toBe(4);
  });

  test("knows growth from where the middle of a process's memory lies, whatever its peaks are", () => {
    const flat = [90, 99, 90, 99, 90, 90, 99, 90].map((mebibytes) => sample(mebibytes, 80));
    expect(growthOf(flat)).toBe(0);
    expect(growthOf(flat.map(([steady], minute) => sample(steady?.mebibytes ?? 0, 80 + minute)))).toBe(4);
    expect(growthOf(flat.slice(0, 2))).toBeNaN();
  });
});

/** A client that is connected through a relay to somebody who says the same back. */
const opened = async () => {
  const echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await once(echo.listen(0, "127.0.0.1"), "listening");
  const address = echo.address();
  const relay = await openRelay({ host: "127.0.0.1", port: typeof address === "object" && address !== null ? address.port : 0 });
  const client = connect(relay.port, "127.0.0.1").on("error", () => undefined);
  const ask = async (text: string, withinMs: number): Promise<string> => {
    client.write(text);
    const signal = AbortSignal.timeout(withinMs);
    return once(client, "data", { signal }).then(
      ([data]) => String(data),
      () => "nothing",
    );
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await relay.close();
    echo.close();
  };
  return { relay, client, ask, close };
};

describe("the relay", () => {
  test("passes bytes on, and later when told so", async () => {
    const { relay, ask, close } = await opened();
    expect(await ask("at once", 2_000)).toBe("at once");
    relay.delay(300);
    const began = performance.now();
    expect(await ask("late", 2_000)).toBe("late");
    expect(performance.now() - began).toBeGreaterThan(250);
    await close();
  });

  test("keeps the order of what it holds back when the delay ends", async () => {
    const { relay, client, close } = await opened();
    let heard = "";
    client.on("data", (data) => (heard += String(data)));
    relay.delay(200);
    let said = "";
    for (let number = 0; number < 100; number++) {
      if (number === 60) relay.delay(0);
      client.write(`${number} `);
      said += `${number} `;
      await new Promise((done) => setTimeout(done, 1));
    }
    await until("all of it is back", () => heard.length >= said.length);
    expect(heard).toBe(said);
    await close();
  });

  test("cut, it keeps connections open and silent; healed, it ends them", async () => {
    const { relay, client, ask, close } = await opened();
    expect(await ask("before", 2_000)).toBe("before");
    relay.cut();
    expect(await ask("during", 300)).toBe("nothing");
    expect(client.closed).toBe(false);
    const ended = once(client, "close");
    relay.heal();
    await ended;
    await close();
  });
});
