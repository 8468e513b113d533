// Probes: one attempt of each kind, and the prober that counts attempts against thresholds.
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { connect } from "node:net";
import type { Container, Hook, HttpGet, Probe } from "../clients/pod.ts";

export type Attempt = { readonly succeeded: boolean; readonly output: string };

/** What a probe or a hook is directed at: the pod's address, and a way to run a command in the container. */
export type Target = {
  readonly podIP: string;
  readonly container: Container;
  readonly run: (command: readonly string[], timeoutMs: number) => Promise<Attempt>;
};

/** One attempt of a probe or of a hook; always answers, at the latest after `timeoutMs`. */
export const attempt = async (hook: Hook, target: Target, timeoutMs: number): Promise<Attempt> => {
  if (hook.exec !== undefined) return target.run(hook.exec.command ?? [], timeoutMs);
  if (hook.tcpSocket !== undefined) {
    const port = portOf(hook.tcpSocket.port, target.container);
    return openSocket(hook.tcpSocket.host ?? target.podIP, port, timeoutMs);
  }
  if (hook.httpGet !== undefined) return fetchOnce(hook.httpGet, target, timeoutMs);
  if (hook.sleep !== undefined) {
    const ms = Math.min(hook.sleep.seconds * 1000, timeoutMs);
    return new Promise((done) => setTimeout(() => done({ succeeded: true, output: "" }), ms));
  }
  return { succeeded: false, output: `the sandbox serves exec, tcpSocket, httpGet and sleep, not ${Object.keys(hook).join()}` };
};

const portOf = (port: number | string, container: Container): number =>
  typeof port === "number" ? port : (container.ports?.find((each) => each.name === port)?.containerPort ?? 0);

const openSocket = (host: string, port: number, timeoutMs: number): Promise<Attempt> =>
  new Promise((done) => {
    const socket = connect({ host, port });
    const end = (succeeded: boolean, output: string): void => {
      socket.destroy();
      done({ succeeded, output });
    };
    socket.setTimeout(timeoutMs, () => end(false, `dial tcp ${host}:${port}: i/o timeout`));
    socket.once("connect", () => end(true, ""));
    socket.once("error", (problem) => end(false, `dial tcp ${host}:${port}: ${problem.message}`));
  });

const fetchOnce = (request: HttpGet, target: Target, timeoutMs: number): Promise<Attempt> =>
  new Promise((done) => {
    const isTls = request.scheme?.toUpperCase() === "HTTPS";
    const options = {
      host: request.host ?? target.podIP,
      port: portOf(request.port, target.container),
      path: request.path ?? "/",
      headers: Object.fromEntries((request.httpHeaders ?? []).map(({ name, value }) => [name, value])),
      timeout: timeoutMs,
      rejectUnauthorized: false, // as the real kubelet: a probe checks life, not identity
      agent: false,
    };
    const outgoing = (isTls ? httpsGet : httpGet)(options, (incoming) => {
      const code = incoming.statusCode ?? 0;
      incoming.destroy();
      done({ succeeded: code >= 200 && code < 400, output: `HTTP probe failed with statuscode: ${code}` });
    });
    outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.once("error", (problem) => done({ succeeded: false, output: problem.message }));
  });

/** Repeats a probe until stopped; `changed` hears each crossing of a threshold, `failed` each single failure. */
export const startProber = (input: {
  readonly probe: Probe;
  readonly target: Target;
  readonly changed: (succeeds: boolean, output: string) => void;
  readonly failed: (output: string) => void;
}): { readonly stop: () => void } => {
  const { probe, target } = input;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const needed = { true: probe.successThreshold ?? 1, false: probe.failureThreshold ?? 3 };
  let stopped = false;
  let run = { succeeded: false, count: 0 };
  let timer: NodeJS.Timeout | undefined;

  const once = async (): Promise<void> => {
    const began = performance.now();
    const { succeeded, output } = await attempt(probe, target, timeoutMs);
    if (stopped) return;
    run = run.succeeded === succeeded ? { succeeded, count: run.count + 1 } : { succeeded, count: 1 };
    if (!succeeded) input.failed(output);
    if (run.count === needed[`${succeeded}`]) input.changed(succeeded, output);
    if (!stopped) timer = setTimeout(() => void once(), Math.max(0, periodMs - (performance.now() - began)));
  };
  timer = setTimeout(() => void once(), (probe.initialDelaySeconds ?? 0) * 1000);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
