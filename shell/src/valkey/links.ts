// The links to all processes of one cluster: opened when a process is first named, closed when it no longer is, opened anew
// when the password changes.
import type { Target, Uid } from "@gungnir/core";
import type { Credentials } from "./connection.ts";
import { type Link, link } from "./link.ts";

export type Links = {
  /** Makes the links be exactly those of these processes. */
  sync(targets: readonly Target[], port: number, credentials: Credentials | undefined): void;
  of(target: Target): Link | undefined;
  /** The link to the process of a pod's life, wherever it is. */
  toPod(uid: Uid): Link | undefined;
  close(): void;
};

const CONNECT_TIMEOUT_MS = 1000;

export function links(): Links {
  const open = new Map<string, { readonly target: Target; readonly identity: string; readonly link: Link }>();
  return {
    sync: (targets, port, credentials) => {
      const wanted = new Map(targets.map((target) => [keyOf(target), target]));
      for (const [key, one] of open) {
        if (wanted.has(key) && one.identity === identityOf(port, credentials)) continue;
        one.link.close();
        open.delete(key);
      }
      for (const [key, target] of wanted) {
        if (open.has(key)) continue;
        const made = link({ host: target.address, port, credentials, connectTimeoutMs: CONNECT_TIMEOUT_MS });
        open.set(key, { target, identity: identityOf(port, credentials), link: made });
      }
    },
    of: (target) => open.get(keyOf(target))?.link,
    toPod: (uid) => [...open.values()].find((one) => one.target.uid === uid)?.link,
    close: () => {
      for (const one of open.values()) one.link.close();
      open.clear();
    },
  };
}

const keyOf = (target: Target): string => `${target.uid} ${target.address}`;
const identityOf = (port: number, credentials: Credentials | undefined): string => JSON.stringify([port, credentials ?? null]);
