// What real processes said (valkey 8.0.1, the lines that nobody reads left out), read as a probe.
import { expect, test } from "vitest";
import { answerOf, type CommandAnswer } from "./answer.ts";
import { probeCommands, readProbe } from "./probe.ts";
import { decode, initial, type Value } from "./resp3/index.ts";

const cluster = { namespace: "default", name: "web" };

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
const list = (...items: readonly string[]): string => `*${items.length}\r\n${items.join("")}`;
const answers = (...replies: readonly string[]): readonly CommandAnswer[] => {
  const { values } = decode(initial(), new TextEncoder().encode(replies.join("")));
  return values.map((value) => answerOf(value._tag === "Push" ? ({ _tag: "Null" } satisfies Value) : value));
};

const settings = list(bulk("min-replicas-to-write"), bulk("1"), bulk("replica-priority"), bulk("100"));
const library = (description: string): string => {
  const marker = list(bulk("name"), bulk("gungnir_marker"), bulk("description"), bulk(description), bulk("flags"), list("+no-writes\r\n"));
  return list(list(bulk("library_name"), bulk("gungnir"), bulk("engine"), bulk("LUA"), bulk("functions"), list(marker)));
};
const stats = (libraries: number): string =>
  list(bulk("running_script"), "*-1\r\n", bulk("engines"), list(bulk("LUA"), list(bulk("libraries_count"), `:${libraries}\r\n`)));

const quarantined = bulk(
  "# Server\r\nrun_id:612f44ddd3c109509d0dc28fe3782f1279225e14\r\n\r\n# Persistence\r\nloading:0\r\nasync_loading:0\r\n\r\n" +
    "# Replication\r\nrole:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:1\r\nmaster_link_status:down\r\nmaster_sync_in_progress:0\r\n" +
    "slave_read_repl_offset:1\r\nslave_repl_offset:1\r\nslave_priority:100\r\nconnected_slaves:0\r\nmaster_failover_state:no-failover\r\n" +
    "master_replid:4ce85d7c917b6f6fae615af71af6f76ee1a47a1d\r\nmaster_replid2:0000000000000000000000000000000000000000\r\n" +
    "master_repl_offset:0\r\nsecond_repl_offset:-1\r\n\r\n# Keyspace\r\n",
);
const primary = bulk(
  "# Server\r\nrun_id:b12f44ddd3c109509d0dc28fe3782f1279225e14\r\n\r\n# Persistence\r\nloading:0\r\nasync_loading:0\r\n\r\n" +
    "# Replication\r\nrole:master\r\nconnected_slaves:2\r\nmin_slaves_good_slaves:1\r\nmaster_failover_state:no-failover\r\n" +
    "slave0:ip=127.7.0.3,port=6379,state=online,offset=4711,lag=0\r\nslave1:ip=127.7.0.2,port=6379,state=wait_bgsave,offset=0,lag=0\r\n" +
    "master_replid:6b0cafc15ee172db48e64c8b43c64a426152a94e\r\nmaster_replid2:63132880df6474b9e9b66aec2dac9355170e8f77\r\n" +
    "master_repl_offset:4712\r\nsecond_repl_offset:1801\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\n",
);
const quarantinedRole = list(bulk("slave"), bulk("127.0.0.1"), ":1\r\n", bulk("connect"), ":-1\r\n");
const primaryRole = list(bulk("master"), ":4712\r\n", list(list(bulk("127.7.0.3"), bulk("6379"), bulk("4711"))));

test("a process in quarantine is a replica of nobody, at offset 0 though its link says 1, and empty", () => {
  const heard = answers("+PONG\r\n", quarantinedRole, quarantined, settings, list(bulk("default")), list(), stats(0));
  expect(heard.length).toBe(probeCommands.length);
  expect(readProbe(heard, cluster)).toEqual({
    _tag: "Reading",
    reading: {
      runId: "612f44ddd3c109509d0dc28fe3782f1279225e14",
      role: "replica",
      upstream: { host: "127.0.0.1", port: 1, up: false, syncing: false },
      offset: 0n,
      replid: "4ce85d7c917b6f6fae615af71af6f76ee1a47a1d",
      priority: 100,
      downstream: [],
      minReplicas: 1,
      users: [],
      marker: "Absent",
      empty: true,
    },
  });
});

test("a primary, with the history it continues, its replicas by address and the marker of its data set", () => {
  const users = list(bulk("default"), bulk("repl-web-2"), bulk("gungnir-operator"), bulk("repl-web-1"));
  const heard = answers("+PONG\r\n", primaryRole, primary, settings, users, library("default/web 7 2 web-0"), stats(1));
  expect(readProbe(heard, cluster)).toMatchObject({
    reading: {
      role: "primary",
      offset: 4712n,
      replidBefore: "63132880df6474b9e9b66aec2dac9355170e8f77",
      forkedAt: 1800n,
      downstream: [
        { host: "127.7.0.2", online: false, offset: 0n },
        { host: "127.7.0.3", online: true, offset: 4711n },
      ],
      users: ["repl-web-1", "repl-web-2"],
      marker: { epoch: 7, seq: 2, pod: "web-0" },
      empty: false,
    },
  });
});

const marked = (description: string) =>
  readProbe(answers("+PONG\r\n", primaryRole, primary, settings, list(bulk("default")), library(description), stats(1)), cluster);

test("another cluster's data set is foreign; a library of our name that is not ours makes no reading", () => {
  expect(marked("default/other 7 2 other-0")).toMatchObject({ reading: { marker: "Foreign" } });
  expect(marked("made by hand")).toMatchObject({ _tag: "Unexpected" });
});

test("a full disk shows in PING alone, and is no silence", () => {
  const full = "-MISCONF Errors writing to the AOF file: No space left on device\r\n";
  const heard = answers(full, primaryRole, primary, settings, list(bulk("default")), list(), stats(0));
  expect(readProbe(heard, cluster)).toMatchObject({
    _tag: "Misconfigured",
    text: "MISCONF Errors writing to the AOF file: No space left on device",
  });
});

test("too many clients: the server says so once, and answers nothing else", () => {
  const [refused] = answers("-ERR max number of clients reached\r\n");
  const lost: CommandAnswer = { _tag: "Unknown", written: true, why: "Reset" };
  expect(readProbe([refused ?? lost, ...probeCommands.slice(1).map(() => lost)], cluster)).toMatchObject({ _tag: "MaxClients" });
  expect(
    readProbe(
      probeCommands.map(() => lost),
      cluster,
    ),
  ).toBeUndefined();
});
