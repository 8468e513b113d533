// The kubelet as a process of its own:
//
//   kubelet/main.ts --kubeconfig FILE --state-folder DIR --address 127.x.0.1 --pod-prefix 127.x
//     [--node-name sandbox-0] [--port 0] [--labels zone=a,disk=ssd] [--restart-back-off-ms 10000] [--client-ca FILE]
//
// SANDBOX_KUBELET_TOKEN in the environment is a bearer token its endpoint lets in, beside client certificates of --client-ca.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { openApi } from "../clients/api.ts";
import { flagsOf, runEntry, wholeNumber } from "../clients/entry.ts";
import { startKubelet } from "./kubelet.ts";

await runEntry("kubelet", async () => {
  const flags = flagsOf(
    ["kubeconfig", "state-folder", "address", "pod-prefix"],
    ["node-name", "port", "labels", "restart-back-off-ms", "client-ca"],
  );
  const nodeName = flags["node-name"] ?? "sandbox-0";
  const api = await openApi(flags.kubeconfig, "sandbox-kubelet");
  const kubelet = await startKubelet(api, {
    nodeName,
    address: flags.address,
    port: wholeNumber("port", flags.port, 0),
    podPrefix: flags["pod-prefix"],
    stateFolder: flags["state-folder"],
    token: process.env["SANDBOX_KUBELET_TOKEN"] ?? randomBytes(16).toString("hex"),
    clientAuthority: flags["client-ca"] === undefined ? undefined : readFileSync(flags["client-ca"], "utf8"),
    labels: labelsOf(flags.labels ?? ""),
    backOffMs: wholeNumber("restart-back-off-ms", flags["restart-back-off-ms"], 10_000),
  });
  return {
    ready: { node: nodeName, address: flags.address, port: kubelet.port, pid: process.pid },
    stop: async () => {
      await kubelet.stop();
      await api.client.close();
    },
  };
});

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value, ...more] = pair.split("=");
      if (key === undefined || value === undefined || more.length > 0)
        throw new Error(`--labels is "${text}"; it must be key=value,key=value`);
      return [key, value];
    }),
  );
}
