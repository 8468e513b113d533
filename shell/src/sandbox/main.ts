// `npm run sandbox`: a small Kubernetes on this machine, left up until Ctrl-C. Other programs import `startSandbox` from here.
import { parseArgs } from "node:util";
import { wholeNumber } from "./clients/entry.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";

export { startSandbox };
export type { Sandbox, SandboxOptions };

const help = `npm run sandbox -- [flags]: a small Kubernetes for a machine without one. Pods are processes of this machine.

  --no-operator                 leave the operator out
  --api-server embedded|real    our own API server, or kube-apiserver and etcd from the folder that KUBEBUILDER_ASSETS names;
                                left out, GUNGNIR_API_SERVER says which, and otherwise it is our own
  --data-dir DIR                keep everything there, to go on with it next time; without it all is gone at the end
  --port N                      the API server's port on 127.0.0.1; 0 (default) takes a free one
  --restart-back-off-ms N       pause before a container's second restart (default 10000, as in Kubernetes)
  --help                        this text
`;

type Asked = { readonly _tag: "Help" } | { readonly _tag: "Run"; readonly options: SandboxOptions };

/** The flags of the command; throws naming what is unknown or malformed. */
export const parseFlags = (args: readonly string[]): Asked => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "no-operator": { type: "boolean", default: false },
      "api-server": { type: "string" },
      "data-dir": { type: "string" },
      port: { type: "string" },
      "restart-back-off-ms": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return { _tag: "Help" };
  const apiServer = values["api-server"];
  if (apiServer !== undefined && apiServer !== "embedded" && apiServer !== "real")
    throw new Error(`--api-server is "${apiServer}"; it must be embedded or real`);
  const folder = values["data-dir"];
  const options: SandboxOptions = {
    operator: !values["no-operator"],
    restartOperator: true,
    port: wholeNumber("port", values.port, 0),
    restartBackOffMs: wholeNumber("restart-back-off-ms", values["restart-back-off-ms"], 10_000),
    ...(apiServer !== undefined && { apiServer }),
    ...(folder !== undefined && { folder }),
  };
  return { _tag: "Run", options };
};

const say = (text: string): void => void process.stderr.write(`sandbox: ${text}\n`);

/** Runs the sandbox until a signal; the exit code. */
export const runSandbox = async (args: readonly string[]): Promise<number> => {
  const stopAsked = Promise.withResolvers<string>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopAsked.resolve(signal));
  let asked: Asked;
  try {
    asked = parseFlags(args);
  } catch (problem) {
    say(problem instanceof Error ? problem.message : String(problem));
    process.stderr.write(help);
    return 2;
  }
  if (asked._tag === "Help") {
    process.stdout.write(help);
    return 0;
  }
  try {
    const began = performance.now();
    const starting = startSandbox({ ...asked.options, progress: (what) => say(`starting ${what}`) });
    const sandbox = await Promise.race([starting, stopAsked.promise.then(() => undefined)]);
    if (sandbox === undefined) {
      await starting.then((started) => started.stop());
      return 0;
    }
    say(
      `up after ${((performance.now() - began) / 1000).toFixed(1)} s; logs in ${sandbox.folder}/logs; Ctrl-C ends it and all its processes`,
    );
    process.stdout.write(welcome(sandbox));
    const how = await Promise.race([stopAsked.promise, sandbox.broken.then((what) => `broken: ${what}`)]);
    say(how.startsWith("broken") ? `${how}; ending everything` : "ending");
    await sandbox.stop();
    return how.startsWith("broken") ? 1 : 0;
  } catch (problem) {
    say(problem instanceof Error ? problem.message : String(problem));
    return 1;
  }
};

const welcome = (sandbox: Sandbox): string => `
export KUBECONFIG=${sandbox.kubeconfig}

Three things to try:
  kubectl apply -f crds/examples/web.yaml && kubectl get vc -w
  kubectl exec web-0 -- valkey-cli ROLE
  kubectl delete pod "$(kubectl get vc web -o jsonpath='{.status.masterPod}')" && kubectl get vc web -w
`;

if (import.meta.main) process.exit(await runSandbox(process.argv.slice(2)));
