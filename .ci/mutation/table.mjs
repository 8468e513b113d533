// `node .ci/mutation/table.mjs [--survivors] REPORT…`: what Stryker's reports (.json, or .jsonl of a run that was stopped) say of each file, as a table of markdown; of a mutant that is in
// several, found in any is found. With --survivors also those that nobody found, one a line.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { survivors: { type: "boolean", default: false } }, allowPositionals: true });
if (positionals.length === 0) {
  console.error("usage: node .ci/mutation/table.mjs [--survivors] REPORT… (reports are in .cache/mutation)");
  process.exit(2);
}

const FOUND = ["Killed", "Timeout"];
const LOST = ["Survived", "NoCoverage"];
const files = new Map();
/** A report, or the lines of a run, which may have been stopped; of these the sources are the present ones. */
const filesIn = (report) => {
  const text = readFileSync(report, "utf8");
  if (!report.endsWith(".jsonl")) return Object.entries(JSON.parse(text).files);
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.entries(
    Object.groupBy(
      lines.map((line) => JSON.parse(line)),
      ({ file }) => file,
    ),
  ).map(([file, mutants]) => [file, { source: readFileSync(file, "utf8"), mutants }]);
};
for (const report of positionals) {
  for (const [name, { source, mutants }] of filesIn(report)) {
    const known = files.get(name) ?? new Map();
    files.set(name, known);
    for (const { status, location, mutatorName, replacement } of mutants) {
      const { start, end } = location;
      const key = `${start.line}:${start.column}-${end.line}:${end.column} ${mutatorName} ${replacement}`;
      if (FOUND.includes(known.get(key)?.status)) continue;
      const line = source.split("\n")[start.line - 1] ?? ""; // the sources may be shorter by now
      const original = start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} …`;
      known.set(key, { status, start, mutatorName, original, replacement: replacement.replaceAll(/\s+/g, " ") });
    }
  }
}

const rowOf = (name, mutants) => {
  const count = (statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [found, lost, ignored] = [count(FOUND), count(LOST), count(["Ignored"])];
  const share = found + lost === 0 ? "–" : `${((100 * found) / (found + lost)).toFixed(1)} %`;
  return `| ${name} | ${found + lost} | ${found} | ${share} | ${ignored} |`;
};
const all = [...files].map(([name, known]) => [name, [...known.values()]]);
console.log("| file | mutants | found | share | tables, not tried |\n| --- | --- | --- | --- | --- |");
for (const [name, mutants] of all.toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(rowOf(name.replace("core/src/", ""), mutants));
console.log(
  rowOf(
    "all",
    all.flatMap(([, mutants]) => mutants),
  ),
);
if (values.survivors) {
  for (const [name, mutants] of all) {
    for (const { status, start, mutatorName, original, replacement } of mutants) {
      if (!LOST.includes(status)) continue;
      const place = `${name.replace("core/src/", "")}:${start.line}:${start.column}`;
      console.log(
        `${place} ${mutatorName}${status === "NoCoverage" ? " (not reached)" : ""}: ${original.slice(0, 90)} → ${replacement.slice(0, 90)}`,
      );
    }
  }
}
