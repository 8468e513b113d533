// The environment of a container and the $(VAR) references in its command and arguments, as Kubernetes defines them.
import type { Container, EnvironmentVariable, Pod } from "../clients/pod.ts";
import type { ConfigMap, Secret } from "../clients/resource.ts";
import { type Mounts, rewritePaths } from "./mounts.ts";

/** Where ConfigMaps and Secrets of the pod's namespace are read from; undefined when there is none. */
export type Sources = {
  readonly configMap: (name: string) => Promise<ConfigMap | undefined>;
  readonly secret: (name: string) => Promise<Secret | undefined>;
};

export type Addresses = { readonly podIP: string; readonly hostIP: string };

export type Environment = Readonly<Record<string, string>>;

export class ConfigurationError extends Error {}

/** Replaces $(NAME) by the variable, leaves what is unknown, and turns $$ into $: the rule of the Kubernetes API. */
export const expand = (text: string, environment: Environment): string =>
  text.replaceAll(/\$(?:\$|\(([^()\s]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return "$";
    return Object.hasOwn(environment, name) ? (environment[name] ?? whole) : whole;
  });

/** The variables of a container on top of its image's own, in the order of the API: envFrom, then env, later ones seeing earlier ones. */
export const environmentOf = async (input: {
  readonly pod: Pod;
  readonly container: Container;
  readonly base: Environment;
  readonly addresses: Addresses;
  readonly mounts: Mounts;
  readonly sources: Sources;
}): Promise<Environment> => {
  const { container, sources } = input;
  const own: Record<string, string> = {};
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    if (configMapRef !== undefined) {
      const map = await need(sources.configMap(configMapRef.name ?? ""), configMapRef.optional, `configmap "${configMapRef.name}"`);
      for (const [key, value] of Object.entries(map?.data ?? {})) own[prefix + key] = value;
    }
    if (secretRef !== undefined) {
      const secret = await need(sources.secret(secretRef.name ?? ""), secretRef.optional, `secret "${secretRef.name}"`);
      for (const [key, value] of Object.entries(secret?.data ?? {})) own[prefix + key] = decodeBase64(value);
    }
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(variable, { ...input, own });
    if (value !== undefined) own[variable.name] = value;
  }
  return { ...input.base, HOSTNAME: input.pod.spec.hostname ?? input.pod.metadata.name, SANDBOX_POD_IP: input.addresses.podIP, ...own };
};

const valueOf = async (
  variable: EnvironmentVariable,
  input: {
    readonly pod: Pod;
    readonly addresses: Addresses;
    readonly mounts: Mounts;
    readonly sources: Sources;
    readonly own: Environment;
  },
): Promise<string | undefined> => {
  const from = variable.valueFrom;
  if (from === undefined) return expand(rewritePaths(variable.value ?? "", input.mounts), input.own);
  if (from.fieldRef !== undefined) return fieldOf(input.pod, input.addresses, from.fieldRef.fieldPath);
  if (from.secretKeyRef !== undefined) {
    const { name = "", key, optional = false } = from.secretKeyRef;
    const secret = await need(input.sources.secret(name), optional, `secret "${name}"`);
    const value = secret?.data?.[key];
    if (value === undefined && !optional)
      throw new ConfigurationError(`couldn't find key ${key} in Secret ${input.pod.metadata.namespace}/${name}`);
    return value === undefined ? undefined : decodeBase64(value);
  }
  if (from.configMapKeyRef !== undefined) {
    const { name = "", key, optional = false } = from.configMapKeyRef;
    const map = await need(input.sources.configMap(name), optional, `configmap "${name}"`);
    const value = map?.data?.[key];
    if (value === undefined && !optional)
      throw new ConfigurationError(`couldn't find key ${key} in ConfigMap ${input.pod.metadata.namespace}/${name}`);
    return value;
  }
  throw new ConfigurationError(
    `env ${variable.name}: the sandbox serves value, fieldRef, secretKeyRef and configMapKeyRef, not ${Object.keys(from).join()}`,
  );
};

const list = (values: Readonly<Record<string, string>> = {}): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join("\n");

/** A field of the pod by its path in the downward API. */
export const fieldOf = (pod: Pod, { podIP, hostIP }: Addresses, path: string): string => {
  const { metadata, spec } = pod;
  const [, group, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (group !== undefined && key !== undefined) return (group === "labels" ? metadata.labels : metadata.annotations)?.[key] ?? "";
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace ?? "",
    "metadata.uid": metadata.uid ?? "",
    "metadata.labels": list(metadata.labels),
    "metadata.annotations": list(metadata.annotations),
    "spec.nodeName": spec.nodeName ?? "",
    "spec.serviceAccountName": spec.serviceAccountName ?? "default",
    "status.podIP": podIP,
    "status.podIPs": podIP,
    "status.hostIP": hostIP,
    "status.hostIPs": hostIP,
  };
  const value = fields[path];
  if (value === undefined) throw new ConfigurationError(`fieldPath ${path} is none of ${Object.keys(fields).join(", ")}`);
  return value;
};

const need = async <T>(found: Promise<T | undefined>, optional: boolean | undefined, what: string): Promise<T | undefined> => {
  const value = await found;
  if (value === undefined && optional !== true) throw new ConfigurationError(`${what} not found`);
  return value;
};

const decodeBase64 = (value: string): string => Buffer.from(value, "base64").toString("utf8");
