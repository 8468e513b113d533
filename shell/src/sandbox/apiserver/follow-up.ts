// What one write makes the server itself do: a definition is served (or no longer), an emptied namespace goes, a token
// Secret gets its token. Everything else that follows from objects is the work of controllers, which are clients.
import { customResources, establishedStatus, isTerminating } from "./custom.ts";
import { deleteObject } from "./delete.ts";
import { equal, type JsonObject, listOf, metadataOf, nameOf, namespaceOf, objectOf, textOf, valueAt } from "./json.ts";
import type { Resource } from "./resource.ts";
import type { Serving } from "./serving.ts";

const definitions = "apiextensions.k8s.io/customresourcedefinitions";

export const followUp = (serving: Serving, resource: Resource, object: JsonObject): void => {
  const { storage } = resource;
  if (storage === definitions) definitionChanged(serving, object);
  else if (storage === "/namespaces") namespaceChanged(serving, object);
  else if (storage === "/secrets") tokenSecretChanged(serving, object);
  if (resource.custom && isTerminating(object)) finishDefinition(serving, resource);
  if (resource.namespaced) finishNamespace(serving, namespaceOf(object));
};

const isStored = (serving: Serving, storage: string, object: JsonObject): boolean =>
  serving.store.read(storage, namespaceOf(object), nameOf(object)) !== undefined;

/** Serves what the definition says, and says so in its status. */
const definitionChanged = (serving: Serving, definition: JsonObject): void => {
  const name = nameOf(definition);
  if (!isStored(serving, definitions, definition)) {
    serving.registry.serve(name, []);
    return;
  }
  const resources = customResources(definition);
  serving.registry.serve(name, resources);
  const first = resources[0];
  if (isTerminating(definition) && first !== undefined) {
    for (const each of serving.store.list(first.storage)) deleteObject(serving, first, each, {});
    finishDefinition(serving, first);
    return;
  }
  const status = establishedStatus(definition, serving.timestamp());
  if (!equal(status, definition["status"])) serving.store.write(definitions, { ...definition, status });
};

/** A definition that is going away goes with its last object. */
const finishDefinition = (serving: Serving, resource: Resource): void => {
  const definition = serving.store.read(definitions, "", `${resource.plural}.${resource.group}`);
  if (definition === undefined || !isTerminating(definition) || serving.store.list(resource.storage).length > 0) return;
  if (listOf(metadataOf(definition)["finalizers"]).length > 0) return;
  serving.store.remove(definitions, definition);
  serving.registry.serve(nameOf(definition), []);
};

const namespaceChanged = (serving: Serving, namespace: JsonObject): void => {
  if (!isTerminating(namespace) || !isStored(serving, "/namespaces", namespace)) return;
  for (const resource of contents(serving)) {
    for (const object of serving.store.list(resource.storage, nameOf(namespace))) {
      if (!isTerminating(object)) deleteObject(serving, resource, object, {});
    }
  }
  finishNamespace(serving, nameOf(namespace));
};

const finishNamespace = (serving: Serving, name: string): void => {
  const namespace = serving.store.read("/namespaces", "", name);
  if (namespace === undefined || !isTerminating(namespace) || listOf(metadataOf(namespace)["finalizers"]).length > 0) return;
  const left = contents(serving).some((resource) => serving.store.list(resource.storage, name).length > 0);
  if (!left) serving.store.remove("/namespaces", namespace);
};

/** One resource for each namespaced collection. */
const contents = (serving: Serving): Resource[] => {
  const seen = new Map(
    serving.registry
      .all()
      .filter((each) => each.namespaced)
      .map((each) => [each.storage, each]),
  );
  return [...seen.values()];
};

/** A Secret of type service-account-token is filled with a token, as long-lived credentials are made in Kubernetes. */
const tokenSecretChanged = (serving: Serving, secret: JsonObject): void => {
  if (secret["type"] !== "kubernetes.io/service-account-token" || objectOf(secret["data"])["token"] !== undefined) return;
  if (!isStored(serving, "/secrets", secret)) return;
  const account = textOf(valueAt(secret, ["metadata", "annotations", "kubernetes.io/service-account.name"]));
  if (serving.store.read("/serviceaccounts", namespaceOf(secret), account) === undefined) return;
  const { token } = serving.tokens.issue({ namespace: namespaceOf(secret), account, seconds: undefined });
  serving.store.write("/secrets", {
    ...secret,
    data: { token: encoded(token), "ca.crt": encoded(serving.authority), namespace: encoded(namespaceOf(secret)) },
  });
};

const encoded = (text: string): string => Buffer.from(text).toString("base64");
