// One option of a command: its flag, its environment variable, its meaning, and how its text is read and written. A value
// knows where it came from, so that a refusal names what the user typed.

export type Option<Value> = {
  readonly flag: string;
  readonly environment: string;
  /** What `--help` shows for the value: FILE, MILLISECONDS … */
  readonly placeholder: string;
  readonly meaning: string;
  readonly fallback: Value;
  /** The value, or what would have been allowed. */
  readonly read: (text: string) => Read<Value>;
  readonly write: (value: Value) => string | undefined;
};
export type Read<Value> = { readonly _tag: "Read"; readonly value: Value } | { readonly _tag: "Unreadable"; readonly allowed: string };

type Words = Pick<Option<unknown>, "flag" | "environment" | "meaning"> & { readonly placeholder?: string };

/** Any non-empty text; not given means undefined. */
export function text(words: Words): Option<string | undefined> {
  return {
    placeholder: "TEXT",
    ...words,
    fallback: undefined,
    read: (given) => (given === "" ? unreadable("a non-empty text") : read(given)),
    write: (value) => value,
  };
}

/** A DNS label, as namespaces and object names are; not given means undefined. */
export function label(words: Words): Option<string | undefined> {
  return {
    placeholder: "NAME",
    ...words,
    fallback: undefined,
    read: (given) => (isLabel(given) ? read(given) : unreadable(LABEL)),
    write: (value) => value,
  };
}

/** A DNS label with a default. */
export function labelOr(fallback: string, words: Words): Option<string> {
  return {
    placeholder: "NAME",
    ...words,
    fallback,
    read: (given) => (isLabel(given) ? read(given) : unreadable(LABEL)),
    write: (value) => value,
  };
}

/** A whole number of milliseconds within bounds. */
export function millisecondsBetween(least: number, most: number, fallback: number, words: Words): Option<number> {
  return {
    placeholder: "MILLISECONDS",
    ...words,
    fallback,
    read: (given) => {
      const value = /^[0-9]{1,9}$/.test(given) ? Number(given) : Number.NaN;
      return value >= least && value <= most ? read(value) : unreadable(`a whole number of milliseconds from ${least} to ${most}`);
    },
    write: String,
  };
}

export function oneOf<Value extends string>(values: readonly Value[], fallback: Value, words: Words): Option<Value> {
  return {
    placeholder: values.join("|"),
    ...words,
    fallback,
    read: (given) => {
      const value = values.find((known) => known === given);
      return value === undefined ? unreadable(`one of ${values.join(", ")}`) : read(value);
    },
    write: (value) => value,
  };
}

/** A host and a port; an IPv6 address stands in brackets. */
export type Endpoint = { readonly host: string; readonly port: number };

export function endpoint(fallback: Endpoint, words: Words): Option<Endpoint> {
  return {
    placeholder: "HOST:PORT",
    ...words,
    fallback,
    read: (given) => {
      const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(given) ?? [];
      const host = bracketed ?? plain;
      return host === undefined || Number(port) > 65_535
        ? unreadable("HOST:PORT with a port from 0 (any free one) to 65535, an IPv6 address in brackets")
        : read({ host, port: Number(port) });
    },
    write: ({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`,
  };
}

const LABEL = "lower-case letters, digits and dashes, at most 63, beginning and ending with a letter or digit";
const isLabel = (given: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(given);

function read<Value>(value: Value): Read<Value> {
  return { _tag: "Read", value };
}
function unreadable(allowed: string): { readonly _tag: "Unreadable"; readonly allowed: string } {
  return { _tag: "Unreadable", allowed };
}
