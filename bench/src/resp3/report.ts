// What is printed for people and written for machines; the shape of the latter is described in bench/README.md.
import { asides, type Entry } from "./entries.ts";
import type { Measured } from "./measure.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { FLOOR, HIREDIS, isMet, ratiosOf, type Ratios, reached, type Target, WINDOWS } from "./target.ts";

export type Line = { readonly entry: Entry; readonly measured: readonly Measured[] };

const medianOf = ({ bytesPerSecond }: Measured): number => spreadOf(bytesPerSecond).median;

/** Of ours, or of ours in another way, to the peers. */
export const ratiosIn = ({ measured }: Line, who = "ours"): Ratios => {
  const peers = measured.filter(({ contestant }) => contestant !== "ours" && !asides.includes(contestant));
  const ours = measured.find(({ contestant }) => contestant === who);
  return ratiosOf(ours?.bytesPerSecond, new Map(peers.map((peer) => [peer.contestant, peer.bytesPerSecond])));
};

/** The documented JSON, of one line. Bytes per second; what was not measured is null. */
export const figuresOf = (line: Line): object => {
  const { entry, measured } = line;
  const ratios = ratiosIn(line);
  const windows = ratiosIn(line, WINDOWS);
  const byName = (valueOf: (each: Measured) => unknown, who = measured): object =>
    Object.fromEntries(who.map((each) => [each.contestant, valueOf(each)]));
  const ours = measured.find(({ contestant }) => contestant === "ours");
  const targets = entry.targets.map((target) => ({
    ...target,
    ratio: reached(target, ratios) ?? null,
    met: isMet(target, ratios) ?? null,
    asWindows: reached(target, windows) === undefined ? null : { ratio: reached(target, windows), met: isMet(target, windows) },
  }));
  return {
    kind: entry.kind,
    row: entry.row,
    mode: entry.mode,
    ours: ours === undefined ? null : medianOf(ours),
    peers: byName(
      medianOf,
      measured.filter(({ contestant }) => contestant !== "ours"),
    ),
    ratioToBestJs: ratios.best?.median ?? null,
    ratioToHiredis: ratios.hiredis?.median ?? null,
    windowsToBestJs: windows.best?.median ?? null,
    windowsToHiredis: windows.hiredis?.median ?? null,
    floorToBestJs: ratiosIn(line, FLOOR).best?.median ?? null,
    ratioSpread: { toBestJs: ratios.best ?? null, toHiredis: ratios.hiredis ?? null },
    targets,
    spread: byName(({ bytesPerSecond }) => spreadOf(bytesPerSecond)),
    allocatedPerUnit: byName(({ allocated }) => (allocated === undefined ? null : Math.round(allocated))),
  };
};

/** A table in markdown for the lines of one kind: speed, ratios and whether they are what was aimed at. */
export const speedTable = (lines: readonly Line[]): string => {
  const names = contestantsIn(lines);
  const rows = lines.map((line) => {
    const ratios = ratiosIn(line);
    const windows = ratiosIn(line, WINDOWS);
    const figures = names.map((name) => speedCell(line.measured.find(({ contestant }) => contestant === name)));
    const verdicts = line.entry.targets.map((target) => verdict(target, ratios, windows));
    const cells = [ratios.best, ratios.hiredis, ratiosIn(line, FLOOR).best, windows.best, windows.hiredis].map(ratioCell);
    return [line.entry.row, line.entry.mode, ...figures, ...cells, verdicts.join("; ") || "–"];
  });
  const ratioNames = ["× best JS", "× hiredis", "floor × best JS", "windows × best JS", "windows × hiredis"];
  return markdown(withoutEmpty([["row", "mode", ...names, ...ratioNames, "aimed at"], ...rows]));
};

/** The same for the bytes that one reply or command makes the engine allocate. */
export const allocationTable = (lines: readonly Line[]): string => {
  const names = contestantsIn(lines).filter((name) => name !== HIREDIS);
  const rows = lines.map(({ entry, measured }) => [
    entry.row,
    entry.mode,
    ...names.map((name) => {
      const allocated = measured.find(({ contestant }) => contestant === name)?.allocated;
      return allocated === undefined ? "–" : Math.round(allocated).toLocaleString("en");
    }),
  ]);
  return markdown([["row", "mode", ...names], ...rows]);
};

const wordOf = (met: boolean | undefined): string => (met === undefined ? "not measured" : met ? "met" : "**missed**");

/** Of what ours returns by itself, and of windows where those were measured too. */
export const verdict = (target: Target, ratios: Ratios, windows: Ratios): string => {
  const asWindows = isMet(target, windows);
  const second = asWindows === undefined ? "" : `, as windows ${wordOf(asWindows)}`;
  return `≥ ${target.least} × ${target.against}: ${wordOf(isMet(target, ratios))}${second}`;
};

const contestantsIn = (lines: readonly Line[]): readonly string[] => [
  ...new Set(lines.flatMap(({ measured }) => measured.map(({ contestant }) => contestant))),
];

/** Megabytes (10⁶) per second: the median, and the quartiles; ratios likewise. */
const speedCell = (measured: Measured | undefined): string => {
  if (measured === undefined) return "–";
  const { median, lower, upper } = spreadOf(measured.bytesPerSecond);
  return `${megabytes(median)} (${megabytes(lower)}–${megabytes(upper)})`;
};

const megabytes = (bytesPerSecond: number): string => {
  const value = bytesPerSecond / 1e6;
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
};

const ratioCell = (ratio: Spread | undefined): string =>
  ratio === undefined ? "–" : `${ratio.median.toFixed(2)} (${ratio.lower.toFixed(2)}–${ratio.upper.toFixed(2)})`;

type Cells = readonly string[];

/** Encoders have no hiredis, and not every row has everybody. */
const withoutEmpty = ([head = [], ...rows]: readonly Cells[]): readonly Cells[] => {
  const isFull = (at: number): boolean => rows.some((row) => row[at] !== "–");
  return [head, ...rows].map((row) => row.filter((_, at) => isFull(at)));
};

const markdown = ([head = [], ...rows]: readonly Cells[]): string =>
  [head, head.map((_, at) => (at < 2 ? "---" : "---:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
