// The ten fields of INFO that an operator asks for, and how a client without a reader of its own gets at them: it makes text of the
// reply, splits it into lines, and these at their first colon.
import { mix, mixText } from "../checksum.ts";

export const wanted = [
  "run_id",
  "loading",
  "role",
  "master_replid",
  "master_repl_offset",
  "connected_slaves",
  "master_host",
  "master_port",
  "master_link_status",
  "slave_repl_offset",
] as const;

const isWanted: ReadonlySet<string> = new Set(wanted);

/** By splitting: every line is looked at, and only wanted ones are kept. */
export const mixSplit = (sum: number, text: string): number => {
  const found = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon === -1) continue;
    const name = line.slice(0, colon);
    if (isWanted.has(name)) found.set(name, line.slice(colon + 1));
  }
  return mixFields(sum, (name) => found.get(name));
};

/** The values in the order of `wanted`; one that is not there counts too. */
export const mixFields = (sum: number, valueOf: (name: (typeof wanted)[number]) => string | undefined): number => {
  let all = sum;
  for (const name of wanted) {
    const value = valueOf(name);
    all = value === undefined ? mix(all, 1) : mixText(all, value);
  }
  return all;
};
