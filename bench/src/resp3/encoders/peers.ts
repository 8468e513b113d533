// The encoders of the peers. They make strings, which a socket turns into bytes, each on its own; that is done here with Buffer.from.
// Buffers stay what they are. The commands of ioredis and iovalkey are objects with a promise inside: these are made before the time begins.
import { createRequire } from "node:module";
import type { Encoder } from "./encoder.ts";

type Part = string | Buffer;
type Command = { readonly toWritable: (socket: object) => Part };
type CommandClass = { readonly default: new (name: string, args: Part[]) => Command };

// Inner modules of CommonJS packages: what `import` makes of their `default` depends on who loads this file.
const load = createRequire(import.meta.url);
const inRedisClient: { readonly default: (args: readonly Part[]) => readonly Part[] } = load("@redis/client/dist/lib/RESP/encoder.js");
const inIoredis: CommandClass = load("ioredis/built/Command.js");
const inIovalkey: CommandClass = load("iovalkey/built/Command.js");

const inBytes = (part: Part): Buffer => (typeof part === "string" ? Buffer.from(part) : part);

export const redisClient: Encoder = {
  name: "@redis/client",
  encoding: (commands) => (from, to) => {
    const { default: encode } = inRedisClient;
    const chunks: Buffer[] = [];
    for (let at = from; at < to; at++) for (const part of encode(commands[at] ?? [])) chunks.push(inBytes(part));
    return chunks;
  },
};

const ofCommands = (name: string, { default: Command }: CommandClass): Encoder => ({
  name,
  encoding: (commands) => {
    const made = commands.map(([first, ...rest]) => new Command(first, rest));
    return (from, to) => {
      const chunks: Buffer[] = [];
      for (let at = from; at < to; at++) chunks.push(inBytes(made[at]?.toWritable({}) ?? ""));
      return chunks;
    };
  },
});

export const ioredis = ofCommands("ioredis", inIoredis);
export const iovalkey = ofCommands("iovalkey", inIovalkey);
