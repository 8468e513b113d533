// The chunks of one write to a socket: handed to it together, so that it can pass them to the kernel in one call.
import type { Socket } from "node:net";

/** `done` is told when the kernel has taken all of it, or why it has not. */
export function writeAll(socket: Socket, chunks: readonly Uint8Array[], done: (error: Error | null | undefined) => void = () => {}): void {
  socket.cork();
  chunks.forEach((chunk, at) => socket.write(chunk, at === chunks.length - 1 ? done : undefined));
  socket.uncork();
}
