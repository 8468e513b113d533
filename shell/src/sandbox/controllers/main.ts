// The controllers and the Service proxy as a process of their own:
//
//   controllers/main.ts --kubeconfig FILE --volume-folder DIR [--run controllers,proxy]
import { openApi } from "../clients/api.ts";
import { flagsOf, runEntry } from "../clients/entry.ts";
import { startProxy } from "../proxy/proxy.ts";
import { startControllers } from "./controllers.ts";

await runEntry("controllers", async () => {
  const flags = flagsOf(["kubeconfig", "volume-folder"], ["run"]);
  const parts = (flags.run ?? "controllers,proxy").split(",");
  const unknown = parts.filter((part) => part !== "controllers" && part !== "proxy");
  if (unknown.length > 0) throw new Error(`--run names "${unknown.join()}"; it knows controllers and proxy`);
  const api = await openApi(flags.kubeconfig, "sandbox-controllers");
  const stop = new AbortController();
  await Promise.all([
    ...(parts.includes("controllers") ? [startControllers(api, { volumeFolder: flags["volume-folder"] }, stop.signal)] : []),
    ...(parts.includes("proxy") ? [startProxy(api, stop.signal)] : []),
  ]);
  return {
    ready: { parts, pid: process.pid },
    stop: async () => {
      stop.abort();
      await api.client.close();
    },
  };
});
