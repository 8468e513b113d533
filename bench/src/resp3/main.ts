// npm run bench:resp3: the codec beside its peers. What the figures mean and do not mean is said in bench/README.md.
import { parseArgs } from "node:util";
import { asides, entries } from "./entries.ts";
import { buildHiredis } from "./hiredis/build.ts";
import { measure } from "./measure.ts";
import { spreadOf } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "" },
    rounds: { type: "string", default: "11" },
    peers: { type: "string", default: "" },
    mode: { type: "string", default: "" },
    allocations: { type: "boolean", default: false },
  },
});
const isAsked = (name: string, parts: string): boolean => parts.split("|").some((part) => name.includes(part));
const built = await buildHiredis();
if ("missing" in built) console.error(`no hiredis: ${built.missing}`);
for (const entry of entries
  .filter(({ kind, row }) => isAsked(`${kind} ${row}`, values.rows))
  .filter(({ mode }) => mode.includes(values.mode))) {
  const measured = await measure({
    entry,
    rounds: Number(values.rounds),
    allocations: values.allocations,
    contestants: entry.contestants.filter((name) => name === "ours" || isAsked(name, values.peers)),
    hiredis: "program" in built && isAsked("hiredis", values.peers) ? built.program : undefined,
  });
  const medians = measured.map(({ contestant, bytesPerSecond, allocated }) => ({ contestant, allocated, ...spreadOf(bytesPerSecond) }));
  const mine = medians[0]?.median ?? Number.NaN;
  const peers = medians.filter(({ contestant }) => contestant !== "ours" && contestant !== "hiredis" && !asides.includes(contestant));
  const best = Math.max(...peers.map(({ median }) => median));
  const other = medians.find(({ contestant }) => contestant === "hiredis")?.median ?? Number.NaN;
  const cells = medians.map(
    ({ contestant, median, lower, upper, allocated }) =>
      `${contestant} ${(median / 1e6).toFixed(1)} (${(lower / 1e6).toFixed(1)}–${(upper / 1e6).toFixed(1)})${allocated === undefined ? "" : ` ${allocated.toFixed(0)} B`}`,
  );
  console.log(
    `${entry.kind} ${entry.row}, ${entry.mode}: ${(mine / best).toFixed(2)} (≥ ${entry.target.js}), hiredis ${(mine / other).toFixed(2)} (≥ ${entry.target.hiredis ?? "–"})   MB/s: ${cells.join("  ")}`,
  );
}
