// ACL: who may do what. Passwords are there as the server keeps them, 64 hexadecimal digits of SHA-256 each; they are still not for logs.

import { err, ok, type Result } from "../../result.ts";
import { bare, type Value } from "../value.ts";
import { fieldsOf, itemsOf, notRead, type NotRead, textOf, textsOf, unexpected } from "./reading.ts";

/** What ACL GETUSER says of one. */
export type AclUser = AclRules & {
  readonly isOn: boolean;
  /** `on`, `nopass`, `sanitize-payload` and others. */
  readonly flags: readonly string[];
  readonly passwords: readonly string[];
  readonly selectors: readonly AclRules[];
};

/** In the spelling of ACL SETUSER: `+@all -debug`, `~* %R~a*`, `&*`. */
export type AclRules = { readonly commands: string; readonly keys: string; readonly channels: string };

/** The reply of ACL GETUSER; undefined where there is no such user. */
export const readAclUser = (value: Value): Result<AclUser | undefined, NotRead> => {
  if (bare(value)._tag === "Null") return ok(undefined);
  const read = fieldsOf(value);
  if (read._tag === "Err") return notRead("the reply of ACL GETUSER, a map or an array of keys and values", value);
  const fields = read.value;
  const flags = textsOf(fields.get("flags"));
  if (flags === undefined || flags.includes("on") === flags.includes("off"))
    return unexpected("flags with either on or off", fields.get("flags"));
  const passwords = textsOf(fields.get("passwords"));
  if (passwords === undefined) return unexpected("passwords, a list of texts", fields.get("passwords"));
  const rules = rulesOf(fields);
  if (rules._tag === "Err") return rules;
  const items = itemsOf(fields.get("selectors"));
  if (items === undefined) return unexpected("selectors, an array", fields.get("selectors"));
  const selectors: AclRules[] = [];
  for (const selector of items) {
    const inner = fieldsOf(selector);
    const own = inner._tag === "Ok" ? rulesOf(inner.value) : unexpected("a selector, a map or an array of keys and values", selector);
    if (own._tag === "Err") return own;
    selectors.push(own.value);
  }
  return ok({ isOn: flags.includes("on"), flags, passwords, selectors, ...rules.value });
};

/** A line of ACL LIST: everything that ACL SETUSER needs to make the same user again. */
export type AclLine = { readonly name: string; readonly isOn: boolean; readonly rules: readonly string[] };

export const readAclList = (value: Value): Result<readonly AclLine[], NotRead> => {
  const lines = textsOf(value);
  if (lines === undefined) return notRead("the reply of ACL LIST, an array of texts", value);
  const read: AclLine[] = [];
  for (const line of lines) {
    const [, name, state, rules] = /^user (\S+) (on|off)(?: (.*))?$/s.exec(line) ?? [];
    if (name === undefined) return err({ _tag: "Unexpected", expected: "a line `user NAME on|off RULES`", found: line.slice(0, 64) });
    read.push({ name, isOn: state === "on", rules: rules?.match(/\([^)]*\)|\S+/g) ?? [] });
  }
  return ok(read);
};

/** The names in the reply of ACL USERS; there is always the default user. */
export const readAclUsers = (value: Value): Result<readonly string[], NotRead> => {
  const names = textsOf(value);
  return names === undefined ? notRead("the reply of ACL USERS, an array of texts", value) : ok(names);
};

/** The name in the reply of ACL WHOAMI. */
export const readAclWhoami = (value: Value): Result<string, NotRead> => {
  const name = textOf(value);
  return name === undefined ? notRead("the name of a user", value) : ok(name);
};

const rulesOf = (fields: ReadonlyMap<string, Value>): Result<AclRules, NotRead> => {
  const commands = textOf(fields.get("commands"));
  const keys = textOf(fields.get("keys"));
  const channels = textOf(fields.get("channels"));
  if (commands === undefined) return unexpected("commands, a text", fields.get("commands"));
  if (keys === undefined) return unexpected("keys, a text", fields.get("keys"));
  return channels === undefined ? unexpected("channels, a text", fields.get("channels")) : ok({ commands, keys, channels });
};
