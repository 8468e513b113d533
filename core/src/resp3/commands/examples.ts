// Each command of `commands` with each of its options, as data: checked against the server's own descriptions, sent to a real server, and
// read by whoever wants to see what a function makes. In an order in which one server can be asked them all.

import type { Command } from "../encode.ts";
import * as commands from "./index.ts";

type Name = {
  [Key in keyof typeof commands]: (typeof commands)[Key] extends (...given: never) => Command ? Key : never;
}[keyof typeof commands];

const lua = "#!lua name=example\nredis.register_function{function_name='example', callback=function() return 1 end, flags={'no-writes'}}";
/** Of "secret". */
const sha256 = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
const endpoint = { host: "127.0.0.1", port: 1 };

export const examples: { readonly [name in Name]: readonly [Command, ...Command[]] } = {
  ping: [commands.ping(), commands.ping("hello")],
  echo: [commands.echo(Uint8Array.of(0x00, 0xff))],
  aclSetUser: [
    commands.aclSetUser("example"),
    commands.aclSetUser("example", "reset", "on", ">secret", "~a*", "%R~b*", "&c", "-@all", "(+get ~d)"),
    commands.aclSetUser("example", "off", "resetpass", ">old", "<old", `#${sha256}`, `!${sha256}`, "nopass", "clearselectors"),
    commands.aclSetUser("example", "nocommands", "allcommands", "resetchannels", "skip-sanitize-payload", "sanitize-payload"),
    commands.aclSetUser("example", "on", ">secret", "resetkeys", "%W~c*", "%RW~d*", "+config|get", "-@dangerous", "+@read"),
    commands.aclSetUser("example", "resetkeys", "allkeys", "allchannels", "+@all", "-debug"),
  ],
  auth: [commands.auth({ user: "example", password: "secret" })],
  hello: [
    commands.hello(),
    commands.hello(2),
    commands.hello(3, { login: { user: "example", password: "secret" } }),
    commands.hello(3, { login: { user: "example", password: "secret" }, name: "example" }),
    commands.hello(3, { name: "example" }),
  ],
  aclWhoAmI: [commands.aclWhoAmI()],
  aclUsers: [commands.aclUsers()],
  aclList: [commands.aclList()],
  aclGetUser: [commands.aclGetUser("example")],
  aclDryRun: [commands.aclDryRun("example", ["GET", "key"]), commands.aclDryRun("example", ["PING"])],
  aclDelUser: [commands.aclDelUser("nobody"), commands.aclDelUser("nobody", "no one")],
  aclLoad: [commands.aclLoad()],
  aclSave: [commands.aclSave()],
  clientId: [commands.clientId()],
  clientInfo: [commands.clientInfo()],
  clientGetName: [commands.clientGetName()],
  clientSetName: [commands.clientSetName("example")],
  clientSetInfo: [commands.clientSetInfo("LIB-NAME", "example"), commands.clientSetInfo("LIB-VER", "1.0.0")],
  clientNoEvict: [commands.clientNoEvict(true), commands.clientNoEvict(false)],
  clientNoTouch: [commands.clientNoTouch(true), commands.clientNoTouch(false)],
  clientList: [
    commands.clientList(),
    commands.clientList({ type: "NORMAL" }),
    commands.clientList({ type: "MASTER" }),
    commands.clientList({ type: "REPLICA" }),
    commands.clientList({ type: "PUBSUB" }),
    commands.clientList({ ids: [1, 2n] }),
  ],
  clientKill: [
    commands.clientKill({ type: "PUBSUB" }),
    commands.clientKill({ type: "NORMAL", user: "example" }),
    commands.clientKill({ type: "MASTER" }),
    commands.clientKill({ type: "REPLICA", address: "127.0.0.1:1", localAddress: "127.0.0.1:2" }, { spareMe: false }),
    commands.clientKill({ id: 1n << 60n, olderThanSeconds: 3600 }),
  ],
  clientPause: [commands.clientPause(1, "WRITE"), commands.clientPause(1, "ALL")],
  clientUnpause: [commands.clientUnpause()],
  clientTracking: [
    commands.clientTracking(true),
    commands.clientTracking(false),
    commands.clientTracking(true, { broadcast: ["a", "b"], exceptOwn: true }),
    commands.clientTracking(false),
    commands.clientTracking(true, { broadcast: [] }),
    commands.clientTracking(false),
  ],
  role: [commands.role()],
  info: [
    commands.info(),
    commands.info("server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules"),
    commands.info("commandstats", "errorstats", "latencystats", "cluster", "keyspace", "default", "all", "everything"),
  ],
  configGet: [commands.configGet("maxmemory"), commands.configGet("min-replicas-to-write", "replica-*")],
  configSet: [commands.configSet(["maxmemory", 0n]), commands.configSet(["masteruser", "example"], ["masterauth", "secret"], ["hz", 10])],
  configRewrite: [commands.configRewrite()],
  configResetStat: [commands.configResetStat()],
  commandInfo: [commands.commandInfo(), commands.commandInfo("ping", "client|kill")],
  commandDocs: [commands.commandDocs(), commands.commandDocs("ping", "client|kill")],
  set: [
    commands.set("key", "value"),
    commands.set("key", 1),
    commands.set("key", 2n, { only: "XX", returnOld: true, expireMs: 60_000 }),
    commands.set("other", Uint8Array.of(1), { only: "NX" }),
  ],
  get: [commands.get("key")],
  mget: [commands.mget("key"), commands.mget("key", Uint8Array.of(1))],
  incrBy: [commands.incrBy("key", -1), commands.incrBy("key", 1n)],
  exists: [commands.exists("key"), commands.exists("key", "other")],
  del: [commands.del("key"), commands.del("key", "other")],
  dbSize: [commands.dbSize()],
  functionLoad: [commands.functionLoad(lua), commands.functionLoad(lua, { replace: true })],
  functionList: [
    commands.functionList(),
    commands.functionList({ library: "example" }),
    commands.functionList({ library: "*", code: true }),
  ],
  functionStats: [commands.functionStats()],
  functionDelete: [commands.functionDelete("example")],
  functionFlush: [commands.functionFlush("SYNC"), commands.functionFlush("ASYNC")],
  functionKill: [commands.functionKill()],
  multi: [commands.multi()],
  exec: [commands.exec()],
  discard: [commands.discard()],
  wait: [commands.wait(0, 1)],
  waitAof: [commands.waitAof(0, 0, 1), commands.waitAof(1, 0, 1)],
  lastSave: [commands.lastSave()],
  bgSave: [commands.bgSave({ evenLater: true }), commands.bgSave()],
  bgRewriteAof: [commands.bgRewriteAof()],
  failover: [
    commands.failover(),
    commands.failover({ timeoutMs: 1 }),
    commands.failover({ to: endpoint }),
    commands.failover({ to: endpoint, timeoutMs: 1 }),
    commands.failover({ to: endpoint, timeoutMs: 1, force: true }),
  ],
  failoverAbort: [commands.failoverAbort()],
  replicaOf: [commands.replicaOf(endpoint)],
  replicaOfNoOne: [commands.replicaOfNoOne()],
  reset: [commands.reset()],
  shutdownAbort: [commands.shutdownAbort()],
  shutdown: [
    commands.shutdown(),
    commands.shutdown({ save: true }),
    commands.shutdown({ save: false }),
    commands.shutdown({ save: true, now: true }),
    commands.shutdown({ save: false, now: true, force: true }),
  ],
};
