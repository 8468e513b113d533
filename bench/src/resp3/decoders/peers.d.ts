// The peer that has no types of its own.
declare module "redis-parser" {
  export default class RedisParser {
    constructor(options: {
      readonly returnReply: (reply: unknown) => void;
      readonly returnError: (error: Error) => void;
      readonly returnBuffers: boolean;
    });
    execute(chunk: Buffer): void;
  }
}
