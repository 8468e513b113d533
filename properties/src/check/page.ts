// A run as a page to look at: a lane for each process, an arrow for each message, and at the end what is wrong. One file, without
// anything to load.
import { show } from "../world/show.ts";
import type { Step, World } from "../world/world.ts";
import { type Drawn, drawn, lanesOf } from "./lanes.ts";

export type Story = {
  readonly title: string;
  /** What the model asks. */
  readonly about: string;
  readonly steps: readonly Step[];
  /** One more than there are steps. */
  readonly worlds: readonly World[];
  /** The property that is violated at the end, and how; a witness violates none. */
  readonly violated: { readonly property: string; readonly says: string; readonly message: string } | undefined;
  /** So many of the last steps go round for ever. */
  readonly round: number;
};

const LANE = 118;
const ROW = 34;

export const pageOf = (story: Story): string => {
  const { worlds, steps, violated } = story;
  const lanes = lanesOf(worlds);
  const width = lanes.length * LANE;
  const rows = steps.map((step, index) => {
    const [before, after] = [worlds[index], worlds[index + 1]];
    if (before === undefined || after === undefined) return "";
    const isLast = index === steps.length - 1 && violated !== undefined;
    const isRound = index >= steps.length - story.round;
    const classes = [isLast && story.round === 0 ? "broken" : "", isRound ? "round" : ""].join(" ").trim();
    return `<tr${classes === "" ? "" : ` class="${classes}"`}><td class="n">${index + 1}</td><td class="lanes">${arrow(drawn(before, step), lanes)}</td><td>${changes(before, after)}</td></tr>`;
  });
  const heads = lanes.map((lane) => `<span style="width:${LANE}px">${escaped(lane)}</span>`).join("");
  const first = worlds[0];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(story.title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(story.title)}</h1>
<p>${escaped(story.about)}</p>
${violated === undefined ? "" : `<p class="verdict"><b>${escaped(violated.property)}</b> is violated: ${escaped(violated.message)}${violated.says === "" ? "" : `<br><small>promised: ${escaped(violated.says)}</small>`}</p>`}
<p class="legend"><i class="message"></i> command or request <i class="data"></i> data <i class="lost"></i> lost or late <i class="fault"></i> fault <i class="time"></i> time</p>
<table><thead><tr><th>#</th><th class="lanes" style="width:${width}px">${heads}</th><th>what changed</th></tr></thead><tbody>
<tr><td class="n">0</td><td class="lanes"></td><td>${first === undefined ? "" : Object.entries(show(first)).map(cell).join("")}</td></tr>
${rows.join("\n")}
${violated === undefined ? "" : `<tr class="broken"><td class="n"></td><td colspan="2"><b>${escaped(violated.property)}</b>: ${escaped(violated.message)}</td></tr>`}
</tbody></table></body></html>
`;
};

const arrow = ({ label, from, to, kind }: Drawn, lanes: readonly string[]): string => {
  const at = (lane: string): number => Math.max(0, lanes.indexOf(lane)) * LANE + LANE / 2;
  const [a, b] = [at(from), at(to)];
  const lines = lanes.map((lane) => `<line class="lane" x1="${at(lane)}" x2="${at(lane)}" y1="0" y2="${ROW}"/>`).join("");
  const y = ROW - 10;
  const direction = Math.sign(b - a);
  const end = kind === "lost" ? (a + b) / 2 : b - 4 * direction;
  const drawing =
    direction === 0
      ? `<circle class="${kind}" cx="${a}" cy="${y}" r="5"/>`
      : `<line class="${kind}" x1="${a}" x2="${end}" y1="${y}" y2="${y}"/><path class="${kind}" d="${kind === "lost" ? cross(end, y) : `M${b},${y} l${-9 * direction},-4 v8 z`}"/>`;
  const middle = (a + b) / 2;
  const width = lanes.length * LANE;
  const room = label.length * 3.1 + 6;
  const x = Math.min(Math.max(middle, room), width - room);
  return `<svg width="${width}" height="${ROW}" role="img" aria-label="${escaped(label)}">${lines}${drawing}<text x="${x}" y="${y - 9}">${escaped(label)}</text></svg>`;
};
const cross = (x: number, y: number): string => `M${x - 5},${y - 5} l10,10 m0,-10 l-10,10`;

const changes = (before: World, after: World): string => {
  const was = show(before);
  return Object.entries(show(after))
    .filter(([column, value]) => was[column] !== value)
    .map(cell)
    .join("");
};
const cell = ([column, value]: readonly [string, string]): string =>
  value === "" ? "" : `<span class="change"><b>${escaped(column)}</b> ${escaped(value)}</span> `;

const ENTITIES: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (plain: string): string => plain.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

const STYLE = `
:root{color-scheme:light dark;--line:#8886;--message:#2563eb;--data:#15803d;--lost:#b45309;--fault:#dc2626;--time:#888}
body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem}h1{font-size:1.2rem;margin:0}p{margin:.4rem 0;max-width:80ch}
.verdict,.broken td{background:#dc262622}.verdict{padding:.6rem;border-left:4px solid var(--fault)}
table{border-collapse:collapse}th{position:sticky;top:0;background:Canvas;text-align:left;font-size:12px}th span{display:inline-block;text-align:center}
td{vertical-align:top;border-top:1px solid #8882;padding:0 .4rem}td.lanes,th.lanes{padding:0;white-space:nowrap}td.n{color:#888;text-align:right}
.round td.n::after{content:" ↻"}svg{display:block}svg text{font-size:11px;text-anchor:middle;fill:CanvasText}
.lane{stroke:var(--line);stroke-dasharray:2 3}line.message,line.data,line.lost{stroke-width:1.6}
.message{stroke:var(--message);fill:var(--message)}.data{stroke:var(--data);fill:var(--data)}.lost{stroke:var(--lost);fill:none}line.lost{stroke-dasharray:5 3}
.fault{stroke:var(--fault);fill:var(--fault)}.time{stroke:var(--time);fill:var(--time)}
.change{font-size:12px;margin-right:.6rem}.legend i{display:inline-block;width:1rem;height:.6rem;margin:0 .2rem 0 .8rem}
.legend .message{background:var(--message)}.legend .data{background:var(--data)}.legend .lost{background:var(--lost)}.legend .fault{background:var(--fault)}.legend .time{background:var(--time)}
`;
