// A client of the API server whose requests are counted and timed.
import type { Answer } from "../kubernetes/answer.ts";
import type { ApiClient, Request } from "../kubernetes/client.ts";
import type { Metrics } from "./metrics.ts";

export function counted(client: ApiClient, metrics: Pick<Metrics, "asked">): ApiClient {
  return {
    ...client,
    request: async (request) => {
      const began = performance.now();
      const answer = await client.request(request);
      metrics.asked(verbOf(request), codeOf(answer), (performance.now() - began) / 1000);
      return answer;
    },
    open: async (request) => {
      const began = performance.now();
      const opened = await client.open(request);
      const code = opened._tag === "Opened" ? String(opened.status) : codeOf(opened);
      metrics.asked("watch", code, (performance.now() - began) / 1000);
      return opened;
    },
  };
}

const codeOf = (answer: Answer): string => (answer._tag === "Answered" ? String(answer.status) : answer.reason);

/** As Kubernetes calls it. Whatever is selected or counted is a list. */
function verbOf({ method, query }: Request): string {
  switch (method) {
    case "GET":
      return query === undefined ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return "delete";
  }
}
