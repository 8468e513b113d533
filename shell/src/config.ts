// The settings of `gungnir operator`, decoded once. A flag wins over its environment variable; whatever is unknown,
// repeated, malformed or contradictory is refused by name, all of it at once, before anything is started: a typing error in
// a lease duration must not become a default.
import { type Endpoint, endpoint, label, labelOr, millisecondsBetween, oneOf, type Option, text } from "./option.ts";

export type Config = {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Only the ValkeyClusters of this namespace; undefined means all. */
  readonly namespace: string | undefined;
  readonly leaseNamespace: string | undefined;
  readonly leaseName: string;
  readonly leaseDurationMs: number;
  readonly leaseRenewDeadlineMs: number;
  readonly leaseRetryMs: number;
  readonly identity: string | undefined;
  readonly listen: Endpoint;
  readonly logLevel: LogLevel;
  /** Where every event and decision is written to, to be replayed. */
  readonly trace: string | undefined;
};

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Parsed =
  | { readonly _tag: "Configured"; readonly config: Config }
  | { readonly _tag: "Help"; readonly text: string }
  | { readonly _tag: "Refused"; readonly problems: readonly string[] };

// Lease times are those of the Kubernetes controllers: 15 s, 10 s, 2 s.
const OPTIONS = {
  kubeconfig: text({
    flag: "--kubeconfig",
    environment: "GUNGNIR_OPERATOR_KUBECONFIG",
    placeholder: "FILE",
    meaning: "how to reach the API server; else $KUBECONFIG, the pod's service account, ~/.kube/config",
  }),
  context: text({
    flag: "--context",
    environment: "GUNGNIR_OPERATOR_CONTEXT",
    placeholder: "NAME",
    meaning: "which context of the kubeconfig; else its current one",
  }),
  namespace: label({
    flag: "--namespace",
    environment: "GUNGNIR_OPERATOR_NAMESPACE",
    meaning: "serve only the ValkeyClusters of this namespace; else all",
  }),
  leaseNamespace: label({
    flag: "--lease-namespace",
    environment: "GUNGNIR_OPERATOR_LEASE_NAMESPACE",
    meaning: "where the leader election's Lease lives; else the namespace of the credentials",
  }),
  leaseName: labelOr("gungnir-operator", {
    flag: "--lease-name",
    environment: "GUNGNIR_OPERATOR_LEASE_NAME",
    meaning: "the Lease's name; operators with the same one share the work of one",
  }),
  leaseDurationMs: millisecondsBetween(1000, 3_600_000, 15_000, {
    flag: "--lease-duration-ms",
    environment: "GUNGNIR_OPERATOR_LEASE_DURATION_MS",
    meaning: "others may take the Lease when it was not renewed for this long; whole seconds",
  }),
  leaseRenewDeadlineMs: millisecondsBetween(500, 3_600_000, 10_000, {
    flag: "--lease-renew-deadline-ms",
    environment: "GUNGNIR_OPERATOR_LEASE_RENEW_DEADLINE_MS",
    meaning: "the leader stops acting when its last confirmed renewal was asked for this long ago",
  }),
  leaseRetryMs: millisecondsBetween(100, 3_600_000, 2000, {
    flag: "--lease-retry-ms",
    environment: "GUNGNIR_OPERATOR_LEASE_RETRY_MS",
    meaning: "pause between two renewals or two looks at another's Lease",
  }),
  identity: text({
    flag: "--identity",
    environment: "GUNGNIR_OPERATOR_IDENTITY",
    placeholder: "NAME",
    meaning: "the holder's name in the Lease, made unique by a suffix at each start; else the host's name",
  }),
  listen: endpoint(
    { host: "0.0.0.0", port: 8080 },
    {
      flag: "--listen",
      environment: "GUNGNIR_OPERATOR_LISTEN",
      meaning: "address of /metrics, /healthz and /readyz; port 0 takes a free one and logs it",
    },
  ),
  logLevel: oneOf(LOG_LEVELS, "info", {
    flag: "--log-level",
    environment: "GUNGNIR_OPERATOR_LOG_LEVEL",
    meaning: "the least severe lines that are printed; debug includes decisions to wait",
  }),
  trace: text({
    flag: "--trace",
    environment: "GUNGNIR_OPERATOR_TRACE",
    placeholder: "FILE",
    meaning: "append every event and decision to this file, one line each, for `gungnir-properties --trace FILE`",
  }),
} as const;

const ENVIRONMENT_PREFIX = "GUNGNIR_OPERATOR_";

type Given = { readonly text: string; readonly from: string };

/** Reads arguments (after the subcommand) and environment. Empty environment variables count as absent. */
export function parseConfig(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Parsed {
  if (args.some((argument) => argument === "--help" || argument === "-h")) return { _tag: "Help", text: helpText() };
  const problems: string[] = [];
  const given = new Map<string, Given>();
  readEnvironment(environment, given, problems);
  readArguments(args, given, problems);

  const value = <Value>(option: Option<Value>): Value => {
    const found = given.get(option.flag);
    if (found === undefined) return option.fallback;
    const result = option.read(found.text);
    if (result._tag === "Read") return result.value;
    problems.push(`${found.from} is ${JSON.stringify(found.text)}; allowed is ${result.allowed}`);
    return option.fallback;
  };
  const config: Config = {
    kubeconfig: value(OPTIONS.kubeconfig),
    context: value(OPTIONS.context),
    namespace: value(OPTIONS.namespace),
    leaseNamespace: value(OPTIONS.leaseNamespace),
    leaseName: value(OPTIONS.leaseName),
    leaseDurationMs: value(OPTIONS.leaseDurationMs),
    leaseRenewDeadlineMs: value(OPTIONS.leaseRenewDeadlineMs),
    leaseRetryMs: value(OPTIONS.leaseRetryMs),
    identity: value(OPTIONS.identity),
    listen: value(OPTIONS.listen),
    logLevel: value(OPTIONS.logLevel),
    trace: value(OPTIONS.trace),
  };
  if (problems.length === 0) problems.push(...contradictions(config));
  return problems.length === 0 ? { _tag: "Configured", config } : { _tag: "Refused", problems };
}

/** The arguments that give this configuration back: `parseConfig(renderConfig(c), {})` is `c`. */
export function renderConfig(config: Config): readonly string[] {
  return [
    ...written(OPTIONS.kubeconfig, config.kubeconfig),
    ...written(OPTIONS.context, config.context),
    ...written(OPTIONS.namespace, config.namespace),
    ...written(OPTIONS.leaseNamespace, config.leaseNamespace),
    ...written(OPTIONS.leaseName, config.leaseName),
    ...written(OPTIONS.leaseDurationMs, config.leaseDurationMs),
    ...written(OPTIONS.leaseRenewDeadlineMs, config.leaseRenewDeadlineMs),
    ...written(OPTIONS.leaseRetryMs, config.leaseRetryMs),
    ...written(OPTIONS.identity, config.identity),
    ...written(OPTIONS.listen, config.listen),
    ...written(OPTIONS.logLevel, config.logLevel),
    ...written(OPTIONS.trace, config.trace),
  ];
}

function written<Value>(option: Option<Value>, value: Value): readonly string[] {
  const shown = value === undefined ? undefined : option.write(value);
  return shown === undefined ? [] : [`${option.flag}=${shown}`];
}

function readArguments(args: readonly string[], given: Map<string, Given>, problems: string[]): void {
  const seen = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    const equals = argument.indexOf("=");
    const flag = equals === -1 ? argument : argument.slice(0, equals);
    if (!all().some((option) => option.flag === flag)) {
      problems.push(`${JSON.stringify(flag)} is not an option of "gungnir operator"; --help lists them`);
      continue;
    }
    if (seen.has(flag)) problems.push(`${flag} is given more than once`);
    seen.add(flag);
    const next = args[index + 1];
    if (equals !== -1) given.set(flag, { text: argument.slice(equals + 1), from: flag });
    else if (next === undefined || next.startsWith("--")) problems.push(`${flag} lacks its value; write ${flag} VALUE or ${flag}=VALUE`);
    else {
      given.set(flag, { text: next, from: flag });
      index += 1;
    }
  }
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>, given: Map<string, Given>, problems: string[]): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || value === undefined || value === "") continue;
    const option = all().find((known) => known.environment === name);
    if (option === undefined) problems.push(`$${name} is not a setting of "gungnir operator"; --help lists them`);
    else given.set(option.flag, { text: value, from: `$${name}` });
  }
}

function contradictions(config: Config): readonly string[] {
  const { leaseDurationMs, leaseRenewDeadlineMs, leaseRetryMs } = config;
  return [
    ...(leaseDurationMs % 1000 === 0 ? [] : [`--lease-duration-ms is ${leaseDurationMs}; a Lease counts in whole seconds`]),
    ...(leaseRenewDeadlineMs < leaseDurationMs
      ? []
      : [
          `--lease-renew-deadline-ms is ${leaseRenewDeadlineMs}; it must be below --lease-duration-ms ${leaseDurationMs}, else two may lead`,
        ]),
    ...(leaseRetryMs < leaseRenewDeadlineMs
      ? []
      : [
          `--lease-retry-ms is ${leaseRetryMs}; it must be below --lease-renew-deadline-ms ${leaseRenewDeadlineMs}, else no renewal is in time`,
        ]),
  ];
}

function left(option: Described): string {
  return `  ${option.flag} ${option.placeholder}`;
}

function helpText(): string {
  const width = Math.max(...all().map((option) => left(option).length)) + 2;
  const rows = all().map((option) => {
    const fallback = option.fallbackText === undefined ? "" : ` (default ${option.fallbackText})`;
    return `${left(option).padEnd(width)}${option.meaning}${fallback}\n${" ".repeat(width)}$${option.environment}`;
  });
  return [
    "gungnir operator [OPTIONS]",
    "",
    "Watches ValkeyClusters and keeps each of them at one primary with linked replicas, until SIGTERM.",
    "Options are written --name VALUE or --name=VALUE; an option wins over its environment variable.",
    "",
    ...rows,
    "  -h, --help".padEnd(width) + "show this and exit",
    "",
  ].join("\n");
}

type Described = Pick<Option<unknown>, "flag" | "environment" | "placeholder" | "meaning"> & { readonly fallbackText: string | undefined };

function described<Value>(option: Option<Value>): Described {
  return { ...option, fallbackText: option.fallback === undefined ? undefined : option.write(option.fallback) };
}

function all(): readonly Described[] {
  return [
    described(OPTIONS.kubeconfig),
    described(OPTIONS.context),
    described(OPTIONS.namespace),
    described(OPTIONS.leaseNamespace),
    described(OPTIONS.leaseName),
    described(OPTIONS.leaseDurationMs),
    described(OPTIONS.leaseRenewDeadlineMs),
    described(OPTIONS.leaseRetryMs),
    described(OPTIONS.identity),
    described(OPTIONS.listen),
    described(OPTIONS.logLevel),
    described(OPTIONS.trace),
  ];
}
