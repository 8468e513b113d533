// The types that commands share. A list that must not be empty says so: `MGET` without a key is an error of the server's, and here one of
// the compiler's.

import type { Argument, Command } from "../encode.ts";

/** A key or a value: text, or any bytes. */
export type Octets = string | Uint8Array;

export type AtLeastOne<Item> = readonly [Item, ...Item[]];

/** Of a process: a name or an address, and a port. */
export type Endpoint = { readonly host: string; readonly port: number };

/** Tokens and values that stand in a command only where their option was given. */
export const option = (token: string, value: Argument | undefined): readonly Argument[] => (value === undefined ? [] : [token, value]);

/** A token that stands alone. */
export const flag = (token: string, isGiven: boolean | undefined): readonly Argument[] => (isGiven === true ? [token] : []);

/** A switch of the server's. */
export const onOff = (isOn: boolean): "ON" | "OFF" => (isOn ? "ON" : "OFF");

export type { Command };
