// What a request to the API server can come back as. A server that says no has answered; a server that says nothing has
// not, and then nobody knows whether a write happened. Keeping the two apart is what lets the core treat a time-out as
// "unknown" instead of as a failure, so nothing here is ever thrown.

/** The outcome of one request: an HTTP response of any status, or the reason why there is none. */
export type Answer = Answered | Unanswered;

/** The server answered. `body` is parsed JSON where the content type says so, else text. */
export type Answered = {
  readonly _tag: "Answered";
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

/** No (usable) answer: the request may or may not have taken effect, except for `Refused`, `Unresolved` and `Credentials`. */
export type Unanswered = {
  readonly _tag: "Unanswered";
  readonly reason: UnansweredReason;
  readonly message: string;
};

export type UnansweredReason =
  | "Timeout" // our own deadline passed
  | "Refused" // nobody listens at that address: certainly not sent
  | "Unresolved" // the server's name has no address: certainly not sent
  | "Reset" // the connection broke
  | "Aborted" // the caller gave up
  | "Tls" // the certificate or the handshake is wrong
  | "Credentials" // a token, certificate or plugin could not be read: certainly not sent
  | "Malformed" // an answer came and is not what it says it is
  | "Other";

/** Whether the answer is a 2xx. */
export function isSuccess(answer: Answer): answer is Answered {
  return answer._tag === "Answered" && answer.status >= 200 && answer.status < 300;
}

/** What the server said, in its own words: the message of a Status object, else the body's beginning. */
export function messageOf(answer: Answer): string {
  if (answer._tag === "Unanswered") return `${answer.reason}: ${answer.message}`;
  const said = isRecord(answer.body) ? answer.body["message"] : answer.body;
  return `HTTP ${answer.status}${typeof said === "string" && said !== "" ? `: ${said.slice(0, 500)}` : ""}`;
}

/** The machine-readable reason of a Status object (`AlreadyExists`, `Conflict` …), undefined where there is none. */
export function reasonOf(answer: Answer): string | undefined {
  if (answer._tag === "Unanswered" || !isRecord(answer.body)) return undefined;
  const reason = answer.body["reason"];
  return typeof reason === "string" ? reason : undefined;
}

export function unanswered(reason: UnansweredReason, message: string): Unanswered {
  return { _tag: "Unanswered", reason, message };
}

/** Files what a socket or TLS library threw under one of our reasons. */
export function classify(thrown: unknown): Unanswered {
  const chain = causes(thrown);
  const message = chain.map(described).find((text) => text !== "") ?? "no message";
  for (const error of chain) {
    const code = isRecord(error) && typeof error["code"] === "string" ? error["code"] : "";
    const reason = reasonByCode(code);
    if (reason !== undefined) return unanswered(reason, message);
  }
  return unanswered("Other", message);
}

function reasonByCode(code: string): UnansweredReason | undefined {
  if (code === "ECONNREFUSED" || code === "EADDRNOTAVAIL") return "Refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "Unresolved";
  if (code === "ECONNRESET" || code === "EPIPE" || code === "UND_ERR_SOCKET" || code === "UND_ERR_CLOSED" || code === "UND_ERR_DESTROYED") {
    return "Reset";
  }
  if (code === "ETIMEDOUT" || code.endsWith("_TIMEOUT") || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "Timeout";
  if (code === "UND_ERR_ABORTED" || code === "ABORT_ERR") return "Aborted";
  if (code.startsWith("ERR_TLS") || code.startsWith("ERR_SSL") || code.startsWith("CERT_") || TLS_CODES.has(code)) return "Tls";
  if (code.startsWith("HPE_")) return "Malformed";
  return undefined;
}

// The names OpenSSL's verification errors have in Node, those without a common prefix.
const TLS_CODES = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "HOSTNAME_MISMATCH",
  "EPROTO",
]);

function causes(thrown: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let error = thrown;
  while (error !== undefined && error !== null && chain.length < 5) {
    chain.push(error);
    // A name with several addresses fails with one error for each of them; the first says enough.
    error = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  }
  return chain;
}

function described(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a parsed value is an object with named fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
