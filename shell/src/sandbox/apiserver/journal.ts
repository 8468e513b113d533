// What makes the store survive a restart: a file of JSON lines, one per write, appended before the write is answered.
// No fsync: it must survive the death of this process, not of the machine; a sandbox promises no more.
import {
  closeSync,
  existsSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject, numberOf, parseJson, textOf } from "./json.ts";

/** `object` undefined: removed. */
export type Entry = { readonly storage: string; readonly key: string; readonly version: number; readonly object: JsonObject | undefined };

export type Journal = {
  entries(): readonly Entry[];
  /** Throws when the disk refuses; nothing of the entry is left in the file then. */
  append(entry: Entry): void;
  /** Rewrites the file with what is left and closes it. */
  close(all: readonly Entry[], version: number): void;
};

const line = (entry: Entry): string =>
  `${JSON.stringify({ s: entry.storage, k: entry.key, v: entry.version, ...(entry.object === undefined ? {} : { o: entry.object }) })}\n`;

export const openJournal = (folder: string): Journal => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "objects.jsonl");
  const entries = existsSync(path) ? read(readFileSync(path, "utf8")) : [];
  rewrite(path, latest(entries), entries.at(-1)?.version ?? 0);
  const file = openSync(path, "a", 0o600);
  let size = fstatSync(file).size;
  return {
    entries: () => entries,
    append: (entry) => {
      const bytes = Buffer.from(line(entry));
      try {
        if (writeSync(file, bytes) < bytes.length) throw new Error("no space left on the device");
        size += bytes.length;
      } catch (error) {
        ftruncateSync(file, size);
        throw new Error(`the write could not be stored in ${path}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
    close: (all, version) => {
      closeSync(file);
      rewrite(path, all, version);
    },
  };
};

/** Reads what can be read: a last line cut short belongs to a write nobody was told of. */
const read = (text: string): Entry[] =>
  text.split("\n").flatMap((each) => {
    if (each === "") return [];
    try {
      const value = parseJson(each);
      if (!isObject(value)) return [];
      return [
        {
          storage: textOf(value["s"]),
          key: textOf(value["k"]),
          version: numberOf(value["v"]),
          object: isObject(value["o"]) ? value["o"] : undefined,
        },
      ];
    } catch {
      return [];
    }
  });

const latest = (entries: readonly Entry[]): Entry[] => {
  const last = new Map<string, Entry>();
  for (const entry of entries) last.set(`${entry.storage} ${entry.key}`, entry);
  return [...last.values()].filter((entry) => entry.object !== undefined);
};

/** The version is kept even when the newest entry was a removal: a counter that went back would hide changes from watches. */
const rewrite = (path: string, all: readonly Entry[], version: number): void => {
  const marker: Entry = { storage: "", key: "version", version, object: undefined };
  const ordered = all.toSorted((left, right) => left.version - right.version);
  writeFileSync(`${path}.new`, [...ordered, marker].map(line).join(""), { mode: 0o600 });
  renameSync(`${path}.new`, path);
};
