// All of the sandbox's controllers over one set of watches. Against an API server that has a controller-manager of its own none of
// them is to be run: two that do the same work undo each other's.
import type { Api } from "../clients/api.ts";
import { shareStores } from "./controller.ts";
import { runEndpoints } from "./endpoints.ts";
import { runGarbageCollection } from "./garbage.ts";
import { runNamespaces } from "./namespaces.ts";
import { runScheduler } from "./scheduler.ts";
import { runStatefulSets } from "./statefulset.ts";
import { runVolumes } from "./volumes.ts";

/** Starts them; resolves when their watches have seen the cluster once. They run until `signal`. */
export const startControllers = async (api: Api, options: { readonly volumeFolder: string }, signal: AbortSignal): Promise<void> => {
  const shared = shareStores(api, signal);
  runStatefulSets(shared);
  runScheduler(shared);
  runVolumes(shared, options.volumeFolder);
  runNamespaces(shared);
  runGarbageCollection(api, signal);
  await Promise.all([runEndpoints(shared), ...Object.values(shared.stores).map((store) => store.synced)]);
};
