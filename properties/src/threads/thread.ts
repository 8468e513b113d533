/* oxlint-disable typescript/no-unsafe-type-assertion -- a message between threads is what the other end sent */
// One thread of a search: a shard, ports to the other shards, and the one who asked.
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { Mail } from "./mail.ts";
import type { Batch, Task } from "../explore/shard.ts";
import { Shard } from "../explore/shard.ts";
import type { Report } from "../explore/together.ts";

/** Where a thread finds its task: a module that exports `task`, and what `task` is asked for. */
export type Order = { readonly module: string; readonly name: string; readonly me: number; readonly shards: number };
export type Peers = { readonly ports: readonly (MessagePort | undefined)[] };

const work = async (asker: Mail, { module, name, me, shards }: Order): Promise<void> => {
  const { task } = (await import(module)) as { readonly task: (name: string) => Task<unknown, unknown> };
  const { ports } = (await asker.take()) as Peers;
  const peers = ports.map((port) => (port === undefined ? undefined : new Mail(port)));
  const shard = new Shard(task(name), me, shards);
  const report = (): void => asker.send(shard.progress satisfies Report);
  report();
  while ((await asker.take()) === "level") {
    const batches = shard.expand();
    for (const [to, peer] of peers.entries()) peer?.send(batches[to]);
    const numbers: Int32Array[] = [];
    for (const [from, peer] of peers.entries()) peer?.send(shard.accept(from, (await peer.take()) as Batch));
    for (const [to, peer] of peers.entries()) numbers[to] = peer === undefined ? new Int32Array(0) : ((await peer.take()) as Int32Array);
    shard.finish(numbers);
    report();
  }
  asker.send(shard.graph());
  for (const port of ports) port?.close();
};

if (parentPort !== null) await work(new Mail(parentPort), workerData as Order);
