// `kubectl exec` on the kubelet's side: one WebSocket, one process. Each message begins with a byte that names its channel
// (0 stdin, 1 stdout, 2 stderr, 3 the final Status, 4 resize; 255 closes one), as v5.channel.k8s.io says; v4 lacks only the closing.
//
// A terminal comes from `script`, the one tool of every Linux that makes one; its size is set once, from the first resize message.
import { WebSocket, type RawData } from "ws";
import type { RunningContainer } from "./container.ts";
import type { LocalProcess } from "./processes.ts";

export const execProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

export type ExecRequest = { readonly command: readonly string[]; readonly stdin: boolean; readonly tty: boolean };

const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** How long a terminal waits to be told its size before it starts with 80 by 24. */
const SIZE_WAIT_MS = 150;

/** Serves one exec session until the process ends or the client leaves; a client that leaves takes the process with it. */
export const serveExec = async (socket: WebSocket, container: RunningContainer, request: ExecRequest): Promise<void> => {
  const early: Buffer[] = [];
  let receive = (message: Buffer): void => void early.push(message);
  socket.on("message", (data) => receive(bytesOf(data)));

  const size = request.tty ? await firstSize(early) : undefined;
  const command = size === undefined ? request.command : inTerminal(request.command, size);
  const process = container.execute(command, request.stdin || request.tty);
  if ("problem" in process) {
    finish(socket, failure("InternalError", `error executing command in container: ${process.problem}`, []));
    return;
  }
  receive = (message) => take(process, message);
  early.forEach(receive);
  socket.on("close", () => process.kill());
  pipe(process, "stdout", socket);
  pipe(process, "stderr", socket);
  const { code } = await process.exited;
  await process.closed;
  if (code === 0) finish(socket, { metadata: {}, status: "Success" });
  else {
    const causes = [{ reason: "ExitCode", message: String(code) }];
    finish(socket, failure("NonZeroExitCode", `command terminated with non-zero exit code: exit status ${code}`, causes));
  }
};

const take = (process: LocalProcess, message: Buffer): void => {
  const [channel, closed] = message;
  if (channel === channels.stdin) process.stdin?.write(message.subarray(1));
  if (channel === channels.close && closed === channels.stdin) process.stdin?.end();
};

const pipe = (process: LocalProcess, name: "stdout" | "stderr", socket: WebSocket): void => {
  const stream = process[name];
  stream?.on("data", (chunk: Buffer) => {
    stream.pause(); // one chunk on the way at a time: a slow reader slows the process, not our memory
    socket.send(Buffer.concat([Buffer.of(channels[name]), chunk]), () => stream.resume());
  });
};

const failure = (reason: string, message: string, causes: readonly object[]): object => ({
  metadata: {},
  status: "Failure",
  reason,
  message,
  details: { causes },
});

const finish = (socket: WebSocket, status: object): void => {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(Buffer.concat([Buffer.of(channels.status), Buffer.from(JSON.stringify(status))]));
  socket.close(1000);
};

type Size = { readonly columns: number; readonly rows: number };

const firstSize = async (messages: readonly Buffer[]): Promise<Size> => {
  const deadline = performance.now() + SIZE_WAIT_MS;
  while (performance.now() < deadline) {
    const resize = messages.find((message) => message[0] === channels.resize);
    if (resize !== undefined) return parseSize(resize.subarray(1).toString());
    await new Promise((done) => setTimeout(done, 10));
  }
  return { columns: 80, rows: 24 };
};

const parseSize = (text: string): Size => {
  const [columns, rows] = ["Width", "Height"].map((name) => Number(new RegExp(`"${name}":\\s*(\\d+)`).exec(text)?.[1] ?? 0));
  return { columns: columns === undefined || columns === 0 ? 80 : columns, rows: rows === undefined || rows === 0 ? 24 : rows };
};

const inTerminal = (command: readonly string[], { columns, rows }: Size): readonly string[] => {
  const quoted = command.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(" ");
  const line = `stty cols ${columns} rows ${rows} 2>/dev/null; TERM=\${TERM:-xterm} exec ${quoted}`;
  return ["/usr/bin/script", "-qefc", line, "/dev/null"];
};

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data));
