// The encoders of the peers. They make strings, which a socket turns into bytes; that is done here with one Buffer.from for a write (all
// strings of it joined before, which is kinder to them than what their sockets do). Buffers stay what they are. The commands of ioredis and
// iovalkey are objects with a promise inside: these are made before the time begins.
import encoder from "@redis/client/dist/lib/RESP/encoder.js";
import IoredisCommand from "ioredis/built/Command.js";
import IovalkeyCommand from "iovalkey/built/Command.js";
import type { Encoder } from "./encoder.ts";

/** Neighbouring strings as one Buffer. */
const inBytes = (parts: readonly (string | Buffer)[]): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else {
      if (text !== "") chunks.push(Buffer.from(text));
      chunks.push(part);
      text = "";
    }
  }
  if (text !== "") chunks.push(Buffer.from(text));
  return chunks;
};

export const redisClient: Encoder = {
  name: "@redis/client",
  encoding: (commands) => (from, to) => {
    if (to === from + 1) return inBytes(encoder.default(commands[from] ?? []));
    const parts: (string | Buffer)[] = [];
    for (let at = from; at < to; at++) for (const part of encoder.default(commands[at] ?? [])) parts.push(part);
    return inBytes(parts);
  },
};

const ofCommands = (name: string, Command: typeof IoredisCommand.default | typeof IovalkeyCommand.default): Encoder => ({
  name,
  encoding: (commands) => {
    const made = commands.map(([first, ...rest]) => new Command(first, rest));
    return (from, to) => {
      const parts: (string | Buffer)[] = [];
      for (let at = from; at < to; at++) parts.push(made[at]?.toWritable({}) ?? "");
      return inBytes(parts);
    };
  },
});

export const ioredis = ofCommands("ioredis", IoredisCommand.default);
export const iovalkey = ofCommands("iovalkey", IovalkeyCommand.default);
