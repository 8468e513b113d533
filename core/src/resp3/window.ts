// What is done with a payload that was left where it is (`payload: "lazy"`).

import { view } from "./held.ts";
import { textOf } from "./payload.ts";
import type { Window } from "./value.ts";

/** The bytes of a window, not copied. */
export const windowBytes = ({ source, from, to }: Window): Uint8Array => view(source, from, to);

/** The text of a window; undefined where it is not UTF-8. */
export const windowText = ({ source, from, to }: Window): string | undefined => textOf(source, from, to);
