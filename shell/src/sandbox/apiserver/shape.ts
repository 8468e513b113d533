// How the parts of an object merge: whether a list is one value, a set, or a map by some fields of its items. Apply and
// strategic merge patches both ask this. Built-in kinds answer by the field's name (the same names mean the same thing in
// every built-in kind the sandbox serves), custom kinds by the `x-kubernetes-list-type` and `-map-type` of their schema.
import { isObject, type JsonObject, listOf, objectOf, textOf } from "./json.ts";

export type ListShape =
  { readonly _tag: "Atomic" } | { readonly _tag: "Set" } | { readonly _tag: "ByKeys"; readonly keys: readonly string[] };

export type Shape = {
  readonly list: ListShape;
  /** An object that is replaced as a whole. */
  readonly atomic: boolean;
  readonly field: (name: string) => Shape;
  readonly item: () => Shape;
  /** Fields of list keys that count as given when they are absent. */
  readonly keyDefaults: JsonObject;
};

const atomicList: ListShape = { _tag: "Atomic" };
const byKeys = (...keys: readonly string[]): ListShape => ({ _tag: "ByKeys", keys });

const builtinLists: ReadonlyMap<string, ListShape> = new Map(
  Object.entries<ListShape>({
    containers: byKeys("name"),
    initContainers: byKeys("name"),
    ephemeralContainers: byKeys("name"),
    volumes: byKeys("name"),
    env: byKeys("name"),
    volumeMounts: byKeys("mountPath"),
    volumeDevices: byKeys("devicePath"),
    imagePullSecrets: byKeys("name"),
    hostAliases: byKeys("ip"),
    topologySpreadConstraints: byKeys("topologyKey", "whenUnsatisfiable"),
    resourceClaims: byKeys("name"),
    conditions: byKeys("type"),
    addresses: byKeys("type"),
    podIPs: byKeys("ip"),
    ownerReferences: byKeys("uid"),
    secrets: byKeys("name"),
    finalizers: { _tag: "Set" },
  }),
);
/** `ports` of a container, a Service; elsewhere (EndpointSlice, Endpoints) the list is one value. */
const builtinPorts: ReadonlyMap<string, ListShape> = new Map(
  Object.entries<ListShape>({
    containers: byKeys("containerPort", "protocol"),
    spec: byKeys("port", "protocol"),
  }),
);
const builtinAtomic = new Set([
  "selector",
  "labelSelector",
  "namespaceSelector",
  "configMapRef",
  "fieldRef",
  "secretKeyRef",
  "configMapKeyRef",
  "resourceFieldRef",
  "nodeSelectorTerms",
]);

/** The field `name` of an object that was itself found under `parent` (a list's items count as found under the list's name). */
const builtinField = (parent: string, name: string): Shape => {
  const shape: Shape = {
    list:
      name === "ports"
        ? (builtinPorts.get(parent === "initContainers" ? "containers" : parent) ?? atomicList)
        : (builtinLists.get(name) ?? atomicList),
    atomic: builtinAtomic.has(name),
    field: (child) => builtinField(name, child),
    item: () => ({ ...shape, list: atomicList, atomic: false }),
    keyDefaults: name === "ports" ? { protocol: "TCP" } : {},
  };
  return shape;
};

export const builtinShape: Shape = builtinField("", "");

/** The shape a structural schema describes. `metadata` keeps the built-in rules. */
export const schemaShape = (schema: JsonObject): Shape => ({
  ...ofSchema(schema),
  field: (name) => (name === "metadata" ? builtinShape.field(name) : ofSchema(schema).field(name)),
});

const ofSchema = (schema: JsonObject): Shape => ({
  list: listOfSchema(schema),
  atomic: schema["x-kubernetes-map-type"] === "atomic",
  field: (name) => {
    const property = objectOf(schema["properties"])[name] ?? schema["additionalProperties"];
    return ofSchema(isObject(property) ? property : {});
  },
  item: () => ofSchema(objectOf(schema["items"])),
  keyDefaults: Object.fromEntries(
    Object.entries(objectOf(objectOf(schema["items"])["properties"])).flatMap(([name, property]) => {
      const byDefault = objectOf(property)["default"];
      return byDefault === undefined ? [] : [[name, byDefault]];
    }),
  ),
});

const listOfSchema = (schema: JsonObject): ListShape => {
  switch (textOf(schema["x-kubernetes-list-type"])) {
    case "set":
      return { _tag: "Set" };
    case "map":
      return byKeys(...listOf(schema["x-kubernetes-list-map-keys"]).map(textOf));
    default:
      return atomicList;
  }
};
