// One client for one API server: requests in, answers out, over one pool of kept-alive connections. Every part that talks
// to Kubernetes uses it (the operator, and the sandbox's controllers and kubelet), so it knows no kinds and no policies:
// no retries, because looking again is the retry; no exceptions for what the world does, because those are answers.
import { type Answer, type Answered, classify, type Unanswered, unanswered } from "./answer.ts";
import { type Credentials, loadCredentials, type NotConfigured, type Where } from "./credentials.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type Request = {
  readonly method: Method;
  /** Absolute path, already escaped: `/api/v1/namespaces/default/pods/web-0`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>> | undefined;
  /** Strings and bytes go as they are; anything else as JSON. */
  readonly body?: unknown;
  /** Default `application/json`; a PATCH must say which kind of patch it is. */
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  /** Deadline for the whole exchange, default 10 s; for `open`, until the headers are there. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** A response being read piece by piece (a watch, a log). `read` ends with "End" or with why it broke; `cancel` at any time. */
export type Opened = {
  readonly _tag: "Opened";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  read(): Promise<Piece>;
  cancel(): void;
};
export type Piece = { readonly _tag: "Chunk"; readonly bytes: Uint8Array } | { readonly _tag: "End" } | Unanswered;

export type ApiClient = {
  readonly server: string;
  /** The namespace the kubeconfig's context names, else "default". */
  readonly namespace: string;
  request(request: Request): Promise<Answer>;
  /** A streamed GET: `Opened` for a 2xx, the whole answer for any other status. */
  open(request: Request): Promise<Opened | Answer>;
  close(): Promise<void>;
};

export type Connected = { readonly _tag: "Connected"; readonly client: ApiClient };

const DEFAULT_TIMEOUT_MS = 10_000;

/** Finds the cluster and the credentials; sends nothing yet. What is missing or wrong comes back in words. */
export async function connect(options: Where & { readonly userAgent: string }): Promise<Connected | NotConfigured> {
  const credentials = await loadCredentials(options);
  if ("_tag" in credentials) return credentials;
  return { _tag: "Connected", client: clientOf(credentials, options.userAgent) };
}

function clientOf(credentials: Credentials, userAgent: string): ApiClient {
  const send = async (request: Request, deadline: Deadline): Promise<Response | Unanswered> => {
    const access = await credentials.access();
    if (access._tag === "Unanswered") return access;
    if (deadline.signal.aborted) return deadline.reason();
    try {
      const { statusCode, headers, body } = await access.dispatcher.request({
        origin: credentials.server,
        path: request.path + queryOf(request.query),
        method: request.method,
        headers: {
          ...access.headers,
          "user-agent": userAgent,
          accept: request.accept ?? "application/json",
          ...(request.body !== undefined && { "content-type": request.contentType ?? "application/json" }),
        },
        body: bodyOf(request.body),
        signal: deadline.signal,
      });
      // A token may have been replaced before its time: the next request reads it again.
      if (statusCode === 401) credentials.forget();
      return { _tag: "Response", status: statusCode, headers: flat(headers), body };
    } catch (thrown) {
      return deadline.signal.aborted ? deadline.reason() : classify(thrown);
    }
  };

  return {
    server: credentials.server,
    namespace: credentials.namespace,
    request: async (request) => {
      const deadline = deadlineOf(request);
      try {
        const response = await send(request, deadline);
        return response._tag === "Unanswered" ? response : await wholeAnswer(response, deadline);
      } finally {
        deadline.clear();
      }
    },
    open: async (request) => {
      const deadline = deadlineOf(request);
      const response = await send(request, deadline);
      if (response._tag === "Unanswered" || response.status < 200 || response.status > 299) {
        const answer = response._tag === "Unanswered" ? response : await wholeAnswer(response, deadline);
        deadline.clear();
        return answer;
      }
      deadline.stopClock();
      return opened(response, deadline);
    },
    close: () => credentials.close(),
  };
}

type Response = {
  readonly _tag: "Response";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> & { text(): Promise<string>; destroy(error?: Error): unknown };
};

async function wholeAnswer(response: Response, deadline: Deadline): Promise<Answer> {
  try {
    return answered(response, await response.body.text());
  } catch (thrown) {
    return deadline.signal.aborted ? deadline.reason() : classify(thrown);
  }
}

function answered(response: Response, text: string): Answered | Unanswered {
  const { status, headers } = response;
  if (!(headers["content-type"] ?? "").includes("json")) return { _tag: "Answered", status, headers, body: text };
  try {
    const body: unknown = JSON.parse(text);
    return { _tag: "Answered", status, headers, body };
  } catch {
    return unanswered("Malformed", `HTTP ${status} announced JSON and sent ${JSON.stringify(text.slice(0, 80))}`);
  }
}

function opened(response: Response, deadline: Deadline): Opened {
  const chunks = response.body[Symbol.asyncIterator]();
  return {
    _tag: "Opened",
    status: response.status,
    headers: response.headers,
    read: async () => {
      try {
        const next = await chunks.next();
        if (next.done !== true) return { _tag: "Chunk", bytes: next.value };
        deadline.clear();
        return { _tag: "End" };
      } catch (thrown) {
        const reason = deadline.signal.aborted ? deadline.reason() : classify(thrown);
        deadline.clear();
        return reason;
      }
    },
    cancel: () => deadline.cancel(),
  };
}

type Deadline = {
  readonly signal: AbortSignal;
  reason(): Unanswered;
  /** The clock stops, the caller's signal still counts. */
  stopClock(): void;
  cancel(): void;
  clear(): void;
};

// One signal for the caller's wish and the clock, undone by hand: `AbortSignal.any` on a signal that lives as long as the
// process would leave a listener behind for every request.
function deadlineOf(request: Request): Deadline {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, timeoutMs);
  const onAbort = (): void => controller.abort();
  request.signal?.addEventListener("abort", onAbort, { once: true });
  if (request.signal?.aborted === true) controller.abort();
  const clear = (): void => {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", onAbort);
  };
  return {
    signal: controller.signal,
    reason: () =>
      late
        ? unanswered("Timeout", `${request.method} ${request.path} was not answered within ${timeoutMs} ms`)
        : unanswered("Aborted", `${request.method} ${request.path} was given up by its caller`),
    stopClock: () => clearTimeout(timer),
    cancel: () => {
      clear();
      controller.abort();
    },
    clear,
  };
}

function queryOf(query: Request["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    if (typeof value === "object") for (const one of value) parameters.append(name, one);
    else parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

function bodyOf(body: unknown): string | Uint8Array | null {
  if (body === undefined) return null;
  return typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
}

function flat(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
  }
  return result;
}
