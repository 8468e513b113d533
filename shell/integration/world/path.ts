// The road into one process: a front address that relays every connection to it and knows by the source address who is on the
// other side (each process binds its own). So a path can be cut without a word to either end, and bytes can be kept under way.
//
//   cut       neither direction passes, and neither end hears of the other's end: a network without RST
//   stalled   what is sent towards the peer stays under way, as does the news that the sender is gone; its answers pass
//   sync held the peer hears that a full sync begins, and nothing more on that connection
//
// What waits is handed over in order when nothing keeps it any more, unless its sender dies first: then it may be lost.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** One direction of a relayed connection: what waits, and whether its sender has ended. */
type Lane = { readonly into: Socket; waiting: Buffer[]; ended: boolean; holdsSyncs: () => boolean; isHeld: boolean; isOpen: () => boolean };
type Relayed = { readonly from: string; readonly out: Lane; readonly back: Lane };

/** What a primary says before the data set. */
const SYNC = "+FULLRESYNC";

export type Path = {
  /** Nothing passes between the process and the peer (by source address). */
  readonly cut: (peer: string, isCut: boolean) => void;
  /** What the process sends to the peer stays under way. */
  readonly stall: (peer: string, isStalled: boolean) => void;
  readonly holdSyncs: (peer: string, isHeld: boolean) => void;
  /** The process died: what it had under way never arrives, to anybody or where the path is cut. Who can hear it is told at once. */
  readonly loseUnderWay: (to: "anybody" | "who is cut off") => void;
  readonly close: () => Promise<void>;
};

/** Listens on `front` for the process at `target`. */
export const openPath = async (front: string, target: string, port: number): Promise<Path> => {
  const cuts = new Set<string>();
  const stalls = new Set<string>();
  const holds = new Set<string>();
  const open = new Set<Relayed>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(client));

  const accept = (client: Socket): void => {
    const from = client.remoteAddress ?? "";
    const process = connect({ host: target, port, localAddress: front, allowHalfOpen: true, noDelay: true });
    const isWhole = (): boolean => !cuts.has(from);
    const relayed: Relayed = {
      from,
      out: { into: process, waiting: [], ended: false, holdsSyncs: () => false, isHeld: false, isOpen: isWhole },
      back: {
        into: client,
        waiting: [],
        ended: false,
        holdsSyncs: () => holds.has(from),
        isHeld: false,
        isOpen: () => isWhole() && !stalls.has(from) && !relayed.back.isHeld,
      },
    };
    open.add(relayed);
    relay(client, relayed.out);
    relay(process, relayed.back);
    // A sync that is held ends with its sender: a real data set is never whole so soon.
    for (const over of ["end", "close"]) process.on(over, () => relayed.back.isHeld && client.destroy());
    const forget = (): void => {
      if (client.destroyed && process.destroyed) open.delete(relayed);
    };
    client.on("close", forget);
    process.on("close", forget);
  };
  const flushAll = (): void => {
    for (const { out, back } of open) for (const lane of [out, back]) flush(lane);
  };

  server.listen({ host: front, port, exclusive: true });
  await once(server, "listening");
  return {
    cut: (peer, isCut) => {
      toggle(cuts, peer, isCut);
      flushAll();
    },
    stall: (peer, isStalled) => {
      toggle(stalls, peer, isStalled);
      flushAll();
    },
    holdSyncs: (peer, isHeld) => {
      toggle(holds, peer, isHeld);
      if (!isHeld) for (const { from, back } of open) back.isHeld &&= from !== peer;
      flushAll();
    },
    loseUnderWay: (to) => {
      for (const { from, back } of open) {
        if (to === "who is cut off" && !cuts.has(from)) continue;
        back.waiting = [];
        back.ended = true;
        if (!cuts.has(from)) back.into.destroy();
      }
    },
    close: async () => {
      for (const { out, back } of open) for (const lane of [out, back]) lane.into.destroy();
      await closed(server);
    },
  };
};

const relay = (source: Socket, lane: Lane): void => {
  const end = (): void => {
    lane.ended = true;
    flush(lane);
  };
  source.on("data", (chunk: Buffer) => {
    const begins = chunk.indexOf(SYNC);
    const line = begins === -1 ? 0 : chunk.indexOf("\n", begins) + 1;
    lane.waiting.push(chunk.subarray(0, line));
    flush(lane);
    lane.isHeld ||= line > 0 && lane.holdsSyncs();
    lane.waiting.push(chunk.subarray(line));
    flush(lane);
  });
  source.on("end", end);
  source.on("close", end);
  source.on("error", () => undefined); // "close" follows
};

const flush = (lane: Lane): void => {
  if (!lane.isOpen() || lane.into.destroyed) return;
  for (const chunk of lane.waiting.splice(0)) lane.into.write(chunk);
  if (lane.ended) lane.into.end(() => lane.into.destroySoon());
};

const toggle = (set: Set<string>, member: string, isIn: boolean): void => void (isIn ? set.add(member) : set.delete(member));

const closed = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()));
