/** `web-config`: the server's configuration and the scripts of the pods. */
import { nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { type Owner, desiredOf, metadataOf } from "./metadata.ts";
import { START, liveness, preStop, readiness } from "./scripts.ts";
import { valkeyConf } from "./valkey-conf.ts";

export const desiredConfigMap = (owner: Owner): Desired => {
  const name = nameOf(owner.name).config;
  return desiredOf("ConfigMap", name, {
    metadata: metadataOf(owner, name),
    data: {
      "valkey.conf": valkeyConf(owner.spec),
      "start.sh": START,
      "readiness.sh": readiness(owner.spec.port),
      "liveness.sh": liveness(owner.spec.port),
      "pre-stop.sh": preStop(owner.spec.port),
    },
  });
};

/** What a running server was started with: a change of it is only taken up by a new process. The probes are not in it. */
export const startedWith = (owner: Owner) => ({ conf: valkeyConf(owner.spec), start: START });
