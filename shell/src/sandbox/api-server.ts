// Which API server a sandbox has: its own, which starts in a tenth of a second and needs nothing, or the real one, where its binaries
// are. Everything else of the sandbox is the same program either way and talks HTTPS to whichever it is.
import { join } from "node:path";
import { isRecord } from "../kubernetes/answer.ts";
import { type Child, nodeEntry, startChild } from "./child.ts";
import { openApi } from "./clients/api.ts";
import { auditedRequests } from "./audit.ts";
import { type ServerVersion, startRealApiServer } from "./real-apiserver.ts";

export type ApiServerKind = "embedded" | "real";

/** How often one user has asked for one thing since the server started. */
export type RequestCount = { readonly user: string; readonly verb: string; readonly resource: string; readonly count: number };

export type ApiServerParts = {
  readonly children: readonly Child[];
  /** Who signs the certificate with which the server comes to the kubelet; undefined: the authority of the kubeconfig. */
  readonly kubeletClientAuthority: string | undefined;
  readonly version: ServerVersion;
  readonly requests: () => Promise<readonly RequestCount[]>;
  /** Starts the server (the last of the children) once more after its end, where it was and with what it knew. */
  readonly again: () => Promise<Child>;
};

/** What GUNGNIR_API_SERVER says; throws, naming what it may be. */
export const apiServerOfEnvironment = (): ApiServerKind => {
  const given = process.env["GUNGNIR_API_SERVER"] ?? "";
  if (given === "" || given === "embedded") return "embedded";
  if (given === "real") return "real";
  throw new Error(`GUNGNIR_API_SERVER is "${given}"; it must be embedded or real, or not be set`);
};

export const startApiServer = async (options: {
  readonly kind: ApiServerKind;
  readonly folder: string;
  /** Keep the objects in the folder for the next start. */
  readonly isKept: boolean;
  readonly port: number;
  readonly serviceRange: string;
  /** Where the administrator's kubeconfig is written to. */
  readonly kubeconfig: string;
}): Promise<ApiServerParts> => {
  const { kind, folder, isKept, port, serviceRange, kubeconfig } = options;
  if (kind === "real") {
    const real = await startRealApiServer({ folder, serviceRange, kubeconfig, port });
    return { ...real, requests: () => auditedRequests(real.auditLog) };
  }
  const { program, args } = nodeEntry("apiserver/main");
  const kept = isKept ? ["--data-dir", join(folder, "apiserver")] : [];
  const flags = ["--service-range", serviceRange, "--kubeconfig-out", kubeconfig, ...kept];
  const start = (on: number): Promise<Child> => {
    const all = [...args, "--port", String(on), ...flags];
    return startChild({ name: "apiserver", program, args: all, log: join(folder, "logs", "apiserver.log") });
  };
  const child = await start(port);
  return {
    children: [child],
    kubeletClientAuthority: undefined,
    // It serves what this project needs of the newest.
    version: { minor: Number.POSITIVE_INFINITY, text: "the sandbox's own" },
    requests: () => countedRequests(kubeconfig),
    again: () => {
      if (!isKept) throw new Error("the sandbox's own API server comes back only where it keeps its objects: give the sandbox a folder");
      return start(Number(child.ready["port"]));
    },
  };
};

const countedRequests = async (kubeconfig: string): Promise<readonly RequestCount[]> => {
  const api = await openApi(kubeconfig, "gungnir-sandbox");
  try {
    const answer = await api.client.request({ method: "GET", path: "/debug/requests" });
    const rows = answer._tag === "Answered" && isRecord(answer.body) ? answer.body["requests"] : undefined;
    return (Array.isArray(rows) ? rows.filter(isRecord) : []).map((row) => ({
      user: String(row["user"]),
      verb: String(row["verb"]),
      resource: String(row["resource"]),
      count: Number(row["count"]),
    }));
  } finally {
    await api.client.close();
  }
};
