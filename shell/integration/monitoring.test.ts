// What alerts and dashboard ask for is what the operator exports: each name, each label, and in words that Prometheus reads.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { installFolder } from "../install/chart.ts";
import { isRecord } from "../src/kubernetes/answer.ts";
import { METRICS } from "../src/telemetry/metric-list.ts";

/** Every value under a field of this name, however deep. */
const under = (value: unknown, field: string): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((inner: unknown) => under(inner, field));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === field ? [inner] : under(inner, field)));
};
const texts = (values: readonly unknown[]): readonly string[] => values.filter((value) => typeof value === "string");

const rules: unknown = parse(readFileSync(join(installFolder, "monitoring/rules.yaml"), "utf8"));
const dashboard: unknown = JSON.parse(readFileSync(join(installFolder, "monitoring/dashboard.json"), "utf8"));
/** Grafana puts a time in their place. */
const expressions = [...texts(under(rules, "expr")), ...texts(under(dashboard, "expr")).map((text) => text.replaceAll(/\$__\w+/g, "5m"))];

type Selected = { readonly metric: string; readonly labels: readonly string[] };
type Read = { readonly isBroken: boolean; readonly selected: readonly Selected[]; readonly grouped: readonly string[] };

const read = (text: string): Read => {
  const selected: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  let isBroken = false;
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      const said = text.slice(from, to);
      if (type.isError) isBroken = true;
      if (type.name === "VectorSelector") selected.push({ metric: /^\w*/.exec(said)?.[0] ?? "", labels: [] });
      if (type.name !== "LabelName") return;
      if (node.parent?.name === "GroupingLabels") grouped.push(said);
      else selected.at(-1)?.labels.push(said);
    },
  });
  return { isBroken, selected, grouped };
};

/** The labels of a series: a histogram's are its own and, of its buckets, the upper bound. */
const labelsOf = (series: string): readonly string[] | undefined => {
  if (/^(process|nodejs)_/.test(series)) return [];
  const of = METRICS.find(({ name }) => name === series);
  if (of !== undefined && of.type !== "histogram") return of.labels;
  const [, base, part] = /^(.*)_(bucket|sum|count)$/.exec(series) ?? [];
  const histogram = METRICS.find(({ name, type }) => name === base && type === "histogram");
  return histogram === undefined ? undefined : [...histogram.labels, ...(part === "bucket" ? ["le"] : [])];
};
/** Given to every series by who collects it. */
const COLLECTED = ["job", "instance"];

/** What is wrong with an expression. */
const faults = (text: string): readonly string[] => {
  const { isBroken, selected, grouped } = read(text);
  const known = selected.flatMap(({ metric }) => labelsOf(metric) ?? []);
  return [
    ...(isBroken ? ["syntax"] : []),
    ...selected.flatMap(({ metric, labels }) => {
      const has = labelsOf(metric);
      return has === undefined ? [metric] : labels.filter((label) => !has.includes(label));
    }),
    ...grouped.filter((label) => ![...known, ...COLLECTED].includes(label)),
  ];
};

it("each expression of an alert or a panel is PromQL on metrics and labels that there are", () => {
  expect(expressions.length).toBeGreaterThan(40);
  expect(expressions.flatMap((text) => faults(text).map((fault) => `${fault}: ${text}`))).toEqual([]);
});

it("and one that is not is noticed", () => {
  expect(faults("sum(gungnir_leading")).toEqual(["syntax"]);
  expect(faults("gungnir_leading{pod='a'} + gungnir_follows")).toEqual(["pod", "gungnir_follows"]);
  expect(faults("sum by (le, color) (rate(gungnir_probe_duration_seconds_bucket[5m]))")).toEqual(["color"]);
  expect(faults("gungnir_probe_duration_seconds")).toEqual(["gungnir_probe_duration_seconds"]);
});

it("an alert names labels that its expression leaves, and says what to do", () => {
  for (const rule of under(rules, "rules").flat()) {
    if (!isRecord(rule)) continue;
    const expression = String(rule["expr"]);
    const { selected, grouped } = read(expression);
    const left = /\bby \(/.test(expression) ? grouped : selected.flatMap(({ metric }) => labelsOf(metric) ?? []);
    const named = [...JSON.stringify(rule["annotations"]).matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    expect({ alert: rule["alert"], unknown: named.filter((label) => !left.includes(label ?? "")) }).toEqual({
      alert: rule["alert"],
      unknown: [],
    });
    expect(rule).toMatchObject({ labels: { severity: expect.stringMatching(/^(critical|warning|info)$/) } });
    expect(texts(under(rule, "description"))[0]?.length).toBeGreaterThan(40);
  }
});

it("what a legend names is left by its expression", () => {
  for (const target of under(dashboard, "targets").flat()) {
    if (!isRecord(target)) continue;
    const expression = String(target["expr"]).replaceAll(/\$__\w+/g, "5m");
    const known = [...read(expression).selected.flatMap(({ metric }) => labelsOf(metric) ?? []), ...COLLECTED];
    const named = [...String(target["legendFormat"]).matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? "");
    expect({ expression, unknown: named.filter((label) => !known.includes(label)) }).toEqual({ expression, unknown: [] });
  }
});

it("the panels of the dashboard lie side by side, each under an id of its own, on a data source that is asked for", () => {
  const panels = under(dashboard, "panels").flat().filter(isRecord);
  const ids = panels.map((panel) => panel["id"]);
  expect(new Set(ids).size).toBe(ids.length);
  const cells = panels.flatMap(({ gridPos: place }) => {
    const [x, y, w, h] = isRecord(place) ? ["x", "y", "w", "h"].map((side) => Number(place[side])) : [];
    if (x === undefined || y === undefined || w === undefined || h === undefined) throw new Error("a panel lies nowhere");
    expect(x + w).toBeLessThanOrEqual(24);
    return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
  });
  expect(new Set(cells).size).toBe(cells.length);
  for (const uid of texts(under(dashboard, "uid")).slice(1)) expect(["${datasource}", "gungnir-valkey"]).toContain(uid);
});
