// Namespaces: each gets its default ServiceAccount, and one that is being deleted is emptied and finalised, where the API server
// leaves that to controllers (a real one does).
import { pathTo } from "../clients/api.ts";
import { type Resource } from "../clients/resource.ts";
import { workQueue } from "../clients/queue.ts";
import { mustBeGone, plurals, type Shared } from "./controller.ts";
import { pathOfKind, servedKinds } from "./discovery.ts";

type Namespace = Resource & { readonly spec?: { readonly finalizers?: readonly string[] } };

const LOOK_AGAIN_MS = 200;

export const runNamespaces = (shared: Shared): void => {
  const { stores, signal, api } = shared;
  const queue = workQueue("namespaces", signal, async (name) => {
    const namespace: Namespace | undefined = stores.namespaces.get(undefined, name);
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp !== undefined) {
      // What is known here may be of the past, and its name another's by now, whose contents are nobody's to take away.
      const live = await api.get<Namespace>(pathTo(plurals.namespaces, undefined, name));
      if (live._tag !== "Done" || live.object?.metadata.uid !== namespace.metadata.uid) return;
      if (await empty(shared, name)) await finalize(shared, namespace);
      else queue.addAfter(name, LOOK_AGAIN_MS);
      return;
    }
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } };
    const made = await api.create(pathTo("serviceaccounts", name), account);
    if (made._tag !== "Conflict") mustBeGone(made);
  });
  shared.on("namespaces", (now, before) => {
    if (now !== undefined && (before === undefined || now.metadata.deletionTimestamp !== undefined)) queue.add(now.metadata.name);
  });
};

/** Deletes what is left in a namespace; true when nothing is. */
const empty = async ({ api }: Shared, namespace: string): Promise<boolean> => {
  const kinds = await servedKinds(api);
  if (kinds === undefined) return false;
  let left = 0;
  for (const kind of kinds.filter((each) => each.isNamespaced)) {
    const path = pathOfKind(kind, namespace);
    const listed = await api.client.request({ method: "GET", path });
    const items = listed._tag === "Answered" && listed.status === 200 ? itemCount(listed.body) : 1;
    left += items;
    if (items > 0) await api.client.request({ method: "DELETE", path, body: { apiVersion: "v1", kind: "DeleteOptions" } });
  }
  return left === 0;
};

const itemCount = (body: unknown): number =>
  typeof body === "object" && body !== null && "items" in body && Array.isArray(body.items) ? body.items.length : 0;

const finalize = async ({ api }: Shared, namespace: Namespace): Promise<void> => {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== "kubernetes");
  const path = pathTo(plurals.namespaces, undefined, namespace.metadata.name, "finalize");
  const outcome = await api.put(path, { ...namespace, apiVersion: "v1", kind: "Namespace", spec: { ...namespace.spec, finalizers } });
  if (outcome._tag !== "Conflict") mustBeGone(outcome);
};
