// Messages between threads, taken when they are wanted.
import type { MessagePort } from "node:worker_threads";

/** Messages of one port, taken one at a time, in the order in which they came. */
export class Mail {
  readonly #port: Pick<MessagePort, "postMessage">;
  readonly #came: unknown[] = [];
  #waiting: ((message: unknown) => void) | undefined;

  constructor(port: Pick<MessagePort, "postMessage"> & { on: (event: "message", listener: (message: unknown) => void) => unknown }) {
    this.#port = port;
    port.on("message", (message) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting === undefined) this.#came.push(message);
      else waiting(message);
    });
  }

  send(message: unknown): void {
    this.#port.postMessage(message); // oxlint-disable-line unicorn/require-post-message-target-origin -- a port, no window
  }

  take(): Promise<unknown> {
    if (this.#came.length > 0) return Promise.resolve(this.#came.shift());
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
