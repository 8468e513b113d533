// A stream of bytes as the pieces a RESP stream consists of: lines, each with the body its length announces if that is there. Whatever is
// no line is one piece too, so that putting the pieces together again always gives the same bytes.

export type Token = { readonly line: Uint8Array; readonly body: Uint8Array };

const CR = 0x0d;
const LF = 0x0a;
const none = new Uint8Array(0);

/** In the order of the bytes; a line has its CRLF with it, a body its own. */
export const tokensOf = (bytes: Uint8Array): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = lineEnd(bytes, at);
    const line = bytes.subarray(at, end);
    const size = bodySize(line);
    const bodyEnd = size === undefined || end + size > bytes.length ? end : end + size;
    tokens.push({ line, body: bodyEnd === end ? none : bytes.subarray(end, bodyEnd) });
    at = bodyEnd;
  }
  return tokens;
};

export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

export const bytesOfTokens = (tokens: readonly Token[]): Uint8Array => joined(tokens.flatMap(({ line, body }) => [line, body]));

/** What is behind the type byte and before CRLF, as text. */
export const headOf = ({ line }: Token): string => latin1(line.subarray(1, Math.max(1, line.length - 2)));

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
export const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

const lineEnd = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at + 1 < bytes.length; at += 1) if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2;
  return bytes.length;
};

/** With the CRLF behind it. */
const bodySize = (line: Uint8Array): number | undefined => {
  const head = latin1(line);
  const digits = /^[$!=;](\d{1,9})\r\n$/.exec(head)?.[1];
  return digits === undefined || head.startsWith(";0") ? undefined : Number(digits) + 2;
};
