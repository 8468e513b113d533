// The Helm chart, made from the very texts that kustomize reads: what a value of the chart decides is put in the place of what
// stands there. A text that is not found is an error, so that a change of the manifests cannot pass the chart by.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { IMAGE_NAME, VERSION } from "../image/command.ts";
import { documents } from "./kustomize.ts";
import { isRecord } from "../src/kubernetes/answer.ts";

export const installFolder = join(import.meta.dirname, "../../crds/install");

/** Paths under `crds/install/chart`, and what is in the files; of what is made itself, the texts. */
export const chartFiles = (texts: { readonly definition: string; readonly dashboard: string }): Readonly<Record<string, string>> => {
  return {
    "Chart.yaml": made + stringify(about),
    "values.yaml": values(),
    "templates/crd.yaml": when(".Values.crd", kept(escaped(texts.definition))),
    "templates/service-account.yaml": base("service-account.yaml"),
    "templates/lease.yaml": base("lease.yaml"),
    "templates/rbac.yaml": `{{- if eq .Values.scope "cluster" }}\n${rbac("cluster")}\n{{- else }}\n${rbac("namespace")}\n{{- end }}\n`,
    "templates/deployment.yaml": deployment(base("deployment.yaml")),
    "templates/disruption-budget.yaml": base("disruption-budget.yaml"),
    "templates/network-policy.yaml": base("network-policy.yaml"),
    "templates/monitoring.yaml": when(".Values.monitoring", monitoring(texts.dashboard)),
  };
};

const base = (name: string): string => released(source(`base/${name}`));
const rbac = (overlay: string): string => released(source(`overlays/${overlay}/rbac.yaml`)).trimEnd();

export const made = "# Made by `npm run manifests`; change the manifests beside the chart instead.\n";

const source = (path: string): string => readFileSync(join(installFolder, path), "utf8");

const about = {
  apiVersion: "v2",
  name: "gungnir-operator",
  description: "A Kubernetes operator for Valkey",
  type: "application",
  version: VERSION,
  appVersion: VERSION,
  kubeVersion: ">=1.20.0-0",
};

const values = (): string => `${made}
# Name and tag, or digest. On no registry: load it into the nodes (npm run image), or push it to yours and say here where it is.
image: ${IMAGE_NAME}
imagePullSecrets: []
# One leads, the others wait for the Lease.
replicas: 2
# "cluster": the ValkeyClusters of all namespaces. "namespace": those of the release's namespace, with no right beyond it.
scope: cluster
# The definition of ValkeyCluster, kept when the release is deleted. false where somebody else puts it there.
crd: true
# error, warn, info or debug, which includes decisions to wait
logLevel: info
# PodMonitor and PrometheusRule, which need the Prometheus operator's definitions, and a dashboard for Grafana's sidecar
monitoring: false
nodeSelector: {}
resources:
${stringify(resourcesOf()).trimEnd().replace(/^/gm, "  ")}
`;

/** The deployment's own resources are the chart's standard ones. */
const resourcesOf = (): unknown => {
  const [object] = documents(join(installFolder, "base/deployment.yaml"));
  let at: unknown = object;
  for (const key of ["spec", "template", "spec", "containers", "0", "resources"])
    at = isRecord(at) || Array.isArray(at) ? Reflect.get(at, key) : undefined;
  return at;
};

const when = (condition: string, text: string): string => `{{- if ${condition} }}\n${text.trimEnd()}\n{{- end }}\n`;

/** Braces of Prometheus and Grafana are not Helm's. */
const escaped = (text: string): string => text.replaceAll(/\{\{|\}\}/g, (braces) => `{{ "${braces}" }}`);

/** In the release's namespace. */
const released = (text: string): string => text.replaceAll("namespace: gungnir-system", "namespace: {{ .Release.Namespace }}");

/** A release that is deleted leaves the clusters; Helm upgrades what is a template, and never what is in its folder of definitions. */
const kept = (text: string): string => put(text, "metadata:\n", "metadata:\n  annotations:\n    helm.sh/resource-policy: keep\n");

const monitoring = (dashboard: string): string =>
  [source("monitoring/pod-monitor.yaml"), source("monitoring/rules.yaml"), dashboard]
    .map((text) => released(escaped(text)).trimEnd())
    .join("\n---\n");

/** The dashboard in the form that Grafana's sidecar picks up. */
export const dashboardObject = (json: string): string => {
  const labels = { "app.kubernetes.io/name": "gungnir-operator", grafana_dashboard: "1" };
  const metadata = { name: "gungnir-dashboard", namespace: "gungnir-system", labels };
  // Line by line: a folded text of indented lines is read differently by different readers.
  return made + stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { "gungnir.json": json } }, { blockQuote: "literal" });
};

const deployment = (text: string): string => {
  const changes: readonly (readonly [found: string, chart: string])[] = [
    ["  replicas: 2\n", "  replicas: {{ .Values.replicas }}\n"],
    [`image: ${IMAGE_NAME}\n`, "image: {{ .Values.image }}\n"],
    ["              value: info\n", "              value: {{ .Values.logLevel }}\n"],
    ["          env:\n", `          env:\n${OWN_NAMESPACE}`],
    [
      "      serviceAccountName: gungnir-operator\n",
      `      serviceAccountName: gungnir-operator\n${optional("imagePullSecrets")}${optional("nodeSelector")}`,
    ],
  ];
  const changed = changes.reduce((before, [found, chart]) => put(before, found, chart), text);
  const at = changed.indexOf("          resources:\n");
  if (at === -1) throw new Error("base/deployment.yaml has no resources at its end, which the chart replaces");
  return `${changed.slice(0, at)}          resources: {{- toYaml .Values.resources | nindent 12 }}\n`;
};

/** What the overlay for one namespace patches in. */
const OWN_NAMESPACE = `            {{- if eq .Values.scope "namespace" }}
            - name: GUNGNIR_OPERATOR_NAMESPACE
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
            {{- end }}
`;

const optional = (field: string): string =>
  `      {{- with .Values.${field} }}\n      ${field}: {{- toYaml . | nindent 8 }}\n      {{- end }}\n`;

const put = (text: string, found: string, instead: string): string => {
  if (text.split(found).length !== 2)
    throw new Error(`the manifests hold ${JSON.stringify(found)} not exactly once; tell shell/install/chart.ts`);
  return text.replace(found, () => instead);
};
