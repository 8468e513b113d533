// A token for a ServiceAccount, as `kubectl create token` and kubelets ask for it.
import { type JsonObject, nameOf, namespaceOf, numberOf, objectOf } from "./json.ts";
import type { Serving } from "./serving.ts";
import type { Answer } from "./verbs.ts";

const defaultSeconds = 3600;

export const requestToken = (serving: Serving, account: JsonObject, body: JsonObject): Answer => {
  const spec = objectOf(body["spec"]);
  const seconds = numberOf(spec["expirationSeconds"], defaultSeconds);
  const { token, expires } = serving.tokens.issue({ namespace: namespaceOf(account), account: nameOf(account), seconds });
  return {
    code: 201,
    object: {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name: nameOf(account), namespace: namespaceOf(account), creationTimestamp: serving.timestamp() },
      spec: { ...spec, expirationSeconds: seconds },
      status: { token, expirationTimestamp: expires },
    },
  };
};
