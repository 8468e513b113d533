// npm run bench:resp3: the codec beside its peers. What the figures mean and do not mean is said in bench/README.md.
import { parseArgs } from "node:util";
import { contestants } from "./contestants/index.ts";
import { measureRow } from "./rounds.ts";
import { modes, rows } from "./rows.ts";
import { spreadOf } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "" },
    rounds: { type: "string", default: "11" },
    peers: { type: "string", default: "" },
    mode: { type: "string", default: "" },
  },
});
const isPeer = (name: string): boolean => name === "ours" || values.peers.split(",").some((part) => name.includes(part));
for (const row of rows.filter(({ name }) => values.rows.split("|").some((part) => name.includes(part))))
  for (const mode of modes.filter((one) => one.includes(values.mode))) {
    const names = contestants.filter(({ name, protocol }) => protocol >= row.protocol && isPeer(name)).map(({ name }) => name);
    const measured = await measureRow({ contestants: names, mode, row: row.name, rounds: Number(values.rounds) });
    const medians = measured.map(({ contestant, bytesPerSecond }) => ({ contestant, ...spreadOf(bytesPerSecond) }));
    const mine = medians[0]?.median ?? Number.NaN;
    const best = Math.max(...medians.slice(1).map(({ median }) => median));
    const cells = medians.map(
      ({ contestant, median, lower, upper }) =>
        `${contestant} ${(median / 1e6).toFixed(1)} (${(lower / 1e6).toFixed(1)}–${(upper / 1e6).toFixed(1)})`,
    );
    console.log(`${row.name}, ${mode}: ${(mine / best).toFixed(2)} (≥ ${row.target.js})   MB/s: ${cells.join("  ")}`);
  }
