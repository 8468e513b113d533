// A container's log: one file per run, each line with its time, at most two files of the cap each.
//
// Lines are written synchronously: a follower that has read the file and subscribes in the same turn of the event loop then misses
// nothing and sees nothing twice. A full disk costs log lines, never the container.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export type ContainerLog = {
  readonly path: string;
  /** Takes what came out of one of the two streams. */
  readonly write: (stream: "stdout" | "stderr", chunk: Buffer) => void;
  /** Calls back with every later line (time first, newline last) until the returned function is called; `end` when the run is over. */
  readonly follow: (line: (text: string) => void, end: () => void) => () => void;
  readonly end: () => void;
};

/** The real kubelet rotates at 10 MiB (containerLogMaxSize). */
const CAP_BYTES = 10 * 1024 * 1024;

export const openLog = (path: string, capBytes: number = CAP_BYTES): ContainerLog => {
  mkdirSync(dirname(path), { recursive: true });
  let file = openSync(path, "a");
  let size = statSync(path).size;
  let ended = false;
  const rest = { stdout: "", stderr: "" };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const followers = new Set<{ readonly line: (text: string) => void; readonly end: () => void }>();

  const append = (line: string): void => {
    const text = `${new Date().toISOString()} ${line}\n`;
    try {
      if (size > capBytes) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = openSync(path, "a");
        size = 0;
      }
      size += writeSync(file, text);
    } catch (problem) {
      process.stderr.write(`kubelet: log line of ${path} lost: ${String(problem)}\n`);
    }
    for (const follower of followers) follower.line(text);
  };

  return {
    path,
    write: (stream, chunk) => {
      const lines = (rest[stream] + decoders[stream].decode(chunk, { stream: true })).split("\n");
      rest[stream] = lines.pop() ?? "";
      lines.forEach(append);
    },
    follow: (line, end) => {
      if (ended) {
        end();
        return () => undefined;
      }
      const follower = { line, end };
      followers.add(follower);
      return () => void followers.delete(follower);
    },
    end: () => {
      if (ended) return;
      if (rest.stdout !== "") append(rest.stdout);
      if (rest.stderr !== "") append(rest.stderr);
      ended = true;
      closeSync(file);
      for (const follower of followers) follower.end();
      followers.clear();
    },
  };
};

export type LogQuery = {
  readonly tailLines: number | undefined;
  readonly sinceMs: number | undefined;
  readonly limitBytes: number | undefined;
  readonly timestamps: boolean;
};

/** The stored lines a reader asked for, as one text. */
export const readLog = (path: string, query: LogQuery): string => {
  const text = [`${path}.1`, path].map((each) => (existsSync(each) ? readFileSync(each, "utf8") : "")).join("");
  const lines = text.split("\n").slice(0, -1);
  const recent = query.sinceMs === undefined ? lines : lines.filter((line) => isSince(line, query.sinceMs ?? 0));
  const tail = query.tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - query.tailLines));
  const shown = tail.map((line) => showLine(`${line}\n`, query.timestamps)).join("");
  return query.limitBytes === undefined ? shown : Buffer.from(shown).subarray(0, query.limitBytes).toString();
};

/** A stored line as the reader wants it, with or without its time. */
export const showLine = (line: string, timestamps: boolean): string => (timestamps ? line : line.slice(line.indexOf(" ") + 1));

const isSince = (line: string, sinceMs: number): boolean => Date.parse(line.slice(0, line.indexOf(" "))) >= sinceMs;
