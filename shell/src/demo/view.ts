// The live picture. On a terminal it is drawn over itself; anywhere else one plain line is printed whenever something a
// reader would want to know has changed, so that a log of the demonstration reads as its story.
import type { PodState } from "./polling.ts";
import type { RecordSeen } from "./timeline.ts";

export type Picture = {
  readonly title: string;
  readonly phase: string;
  readonly record: RecordSeen | undefined;
  readonly routedTo: string | undefined;
  readonly pods: readonly PodState[];
  readonly acknowledged: { readonly plain: number; readonly wait: number };
  /** Milliseconds since the last acknowledged plain write; not-a-number before the first. */
  readonly writeGapMs: number;
};

export type View = {
  /** A sentence that stays. */
  readonly say: (line: string) => void;
  readonly stop: () => void;
};

const drawEveryMs = 100;

/** Shows `picture()` until stopped. */
export const startView = (picture: () => Picture, output: NodeJS.WriteStream): View =>
  output.isTTY ? liveView(picture, output) : plainView(picture, output);

const liveView = (picture: () => Picture, output: NodeJS.WriteStream): View => {
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[0J`);
  const draw = (): void => {
    const lines = linesOf(picture()).map((line) => line.slice(0, Math.max(20, output.columns - 1)));
    output.write(`${erase()}${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, drawEveryMs);
  return {
    say: (line) => {
      output.write(`${erase()}${line}\n`);
      drawn = 0;
      draw();
    },
    stop: () => {
      clearInterval(timer);
      draw();
    },
  };
};

const plainView = (picture: () => Picture, output: NodeJS.WriteStream): View => {
  const began = performance.now();
  const print = (line: string): void => void output.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
  let last = "";
  const look = (): void => {
    const line = summaryOf(picture());
    if (line !== last) print(line);
    last = line;
  };
  const timer = setInterval(look, drawEveryMs);
  return {
    say: print,
    stop: () => {
      clearInterval(timer);
      look();
    },
  };
};

/** The picture as a table: one row a pod. */
export const linesOf = ({ title, phase, record, routedTo, pods, acknowledged, writeGapMs }: Picture): readonly string[] => [
  "",
  `  ${title}`,
  `  phase ${phase}   epoch ${record?.epoch ?? "–"}   writes go to ${routedTo ?? "–"}   acknowledged ${acknowledged.plain} plain, ${acknowledged.wait} WAIT 1   last one ${gap(writeGapMs)}`,
  `  ${"pod".padEnd(10)}${"role".padEnd(10)}${"link".padEnd(16)}${"offset".padStart(12)}  ${"epoch".padEnd(7)}`,
  ...pods.map((pod) => `  ${rowOf(pod, record, pods)}`),
];

const rowOf = ({ name, address, said }: PodState, record: RecordSeen | undefined, pods: readonly PodState[]): string => {
  if (said === undefined) return `${name.padEnd(10)}${(address === undefined ? "starting" : "silent").padEnd(10)}`;
  const upstream = pods.find((pod) => pod.address === said.upstream)?.name;
  const link = said.role === "primary" ? "" : upstream === undefined ? "of nobody" : `${said.link ?? "?"} to ${upstream}`;
  const isRecorded = record?.primary?.runId === said.runId;
  const epoch = isRecorded ? String(record.primary.epoch) : "";
  return `${name.padEnd(10)}${said.role.padEnd(10)}${link.padEnd(16)}${String(said.offset ?? "?").padStart(12)}  ${epoch.padEnd(7)}`;
};

const gap = (ms: number): string => (Number.isNaN(ms) ? "–" : ms < 100 ? "just now" : `${(ms / 1000).toFixed(1)} s ago`);

/** What a plain log repeats only when it changes: no offsets and no counters. */
const summaryOf = ({ phase, record, routedTo, pods }: Picture): string => {
  const each = pods.map(({ name, said }) => {
    const up = pods.find((pod) => pod.address === said?.upstream)?.name;
    return `${name} ${said === undefined ? "silent" : said.role === "primary" ? "primary" : up === undefined ? "replica of nobody" : `replica, link ${said.link ?? "?"}`}`;
  });
  return `phase ${phase}, epoch ${record?.epoch ?? "–"}, writes to ${routedTo ?? "–"}; ${each.join(", ")}`;
};
