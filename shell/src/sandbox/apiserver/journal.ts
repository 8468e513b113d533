// What makes the store survive a restart: a file of JSON lines, one per write, appended before the write is answered.
// No fsync: it must survive the death of this process, not of the machine; a sandbox promises no more.
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject, numberOf, parseJson, textOf, textOfObject } from "./json.ts";

/** `object` undefined: removed. */
export type Entry = { readonly storage: string; readonly key: string; readonly version: number; readonly object: JsonObject | undefined };

export type Journal = {
  /** What was there when the journal was opened; the newest version last. */
  readonly entries: readonly Entry[];
  /** Throws when the disk refuses; nothing of the entry is left in the file then. */
  append(entry: Entry): void;
  close(): void;
};

/** The file is rewritten with what is left when it has grown this much: renewing a Lease alone adds a megabyte an hour. */
const growthBytes = 32 * 1024 * 1024;

export const openJournal = (folder: string): Journal => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "objects.jsonl");
  const read = existsSync(path) ? readEntries(readFileSync(path, "utf8")) : [];
  const latest = new Map(read.map((entry) => [identityOf(entry), entry]));
  let version = read.reduce((newest, entry) => Math.max(newest, entry.version), 0);
  const reopen = (): { readonly file: number; size: number; readonly limit: number } => {
    rewrite(path, [...latest.values()], version);
    const file = openSync(path, "a", 0o600);
    const { size } = fstatSync(file);
    return { file, size, limit: size + growthBytes };
  };
  let current = reopen();
  return {
    entries: read.toSorted((left, right) => left.version - right.version),
    append: (entry) => {
      const bytes = Buffer.from(lineOf(entry));
      try {
        if (writeSync(current.file, bytes) < bytes.length) throw new Error("no space left on the device");
        current.size += bytes.length;
      } catch (error) {
        ftruncateSync(current.file, current.size);
        throw new Error(`the write could not be stored in ${path}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
      latest.set(identityOf(entry), entry);
      version = entry.version;
      if (current.size > current.limit) {
        closeSync(current.file);
        current = reopen();
      }
    },
    close: () => {
      closeSync(current.file);
      rewrite(path, [...latest.values()], version);
    },
  };
};

const identityOf = (entry: Entry): string => `${entry.storage} ${entry.key}`;

const lineOf = ({ storage, key, version, object }: Entry): string => {
  const head = `{"s":${JSON.stringify(storage)},"k":${JSON.stringify(key)},"v":${version}`;
  return object === undefined ? `${head}}\n` : `${head},"o":${textOfObject(object)}}\n`;
};

/** Reads what can be read: a last line cut short belongs to a write nobody was told of. */
const readEntries = (text: string): Entry[] =>
  text.split("\n").flatMap((line) => {
    try {
      const value = line === "" ? null : parseJson(line);
      if (!isObject(value)) return [];
      const object = isObject(value["o"]) ? value["o"] : undefined;
      return [{ storage: textOf(value["s"]), key: textOf(value["k"]), version: numberOf(value["v"]), object }];
    } catch {
      return [];
    }
  });

/** The version is kept even when the newest entry was a removal: a counter that went back would hide changes from watches. */
const rewrite = (path: string, entries: readonly Entry[], version: number): void => {
  const marker: Entry = { storage: "", key: "version", version, object: undefined };
  const left = entries.filter((entry) => entry.object !== undefined).toSorted((one, other) => one.version - other.version);
  writeFileSync(`${path}.new`, [...left, marker].map(lineOf).join(""), { mode: 0o600 });
  renameSync(`${path}.new`, path);
};
