/**
 * `web-secret`: passwords that are made once, when the Secret is created, and never written again; core never sees them.
 * The file of users travels into the pods as a file, so that no password is ever an argument or in a ConfigMap.
 */
import { BOOTSTRAPPED, OPERATOR_USER, nameOf } from "../cluster.ts";
import type { Desired } from "../decision.ts";
import { type Owner, annotated, desiredOf, metadataOf } from "./metadata.ts";

export const PASSWORD_KEY = "password";
export const OPERATOR_PASSWORD_KEY = "operator-password";
export const REPLICATION_PASSWORD_KEY = "replication-password";
export const USERS_KEY = "users.acl";

const GENERATED = [PASSWORD_KEY, OPERATOR_PASSWORD_KEY, REPLICATION_PASSWORD_KEY];

/** To administer, some of it in one piece, and to load the function that marks the data set; not to read or write a key. */
export const OPERATOR_RIGHTS = ["resetchannels", "-@all", "+@admin", "+@connection", "+info", "+function", "+multi", "+exec"] as const;

/**
 * `default` is the user of applications and of `valkey-cli` in the pod. Replication users
 * are not here: they exist on the primary only.
 */
const USERS = [
  `user default on >{{${PASSWORD_KEY}}} ~* &* +@all`,
  `user ${OPERATOR_USER} on >{{${OPERATOR_PASSWORD_KEY}}} ${OPERATOR_RIGHTS.join(" ")}`,
  "",
].join("\n");

/**
 * The Secret as it is created. `bootstrapped`: the cluster has had data, so that a cluster without a record is not taken for
 * a new one.
 */
export const desiredNewSecret = (owner: Owner, bootstrapped: boolean): Desired => {
  const desired = desiredSecret(owner, bootstrapped);
  const values = Object.fromEntries(GENERATED.map((key) => [key, `{{${key}}}`]));
  return { ...desired, manifest: { ...desired.manifest, stringData: { ...values, [USERS_KEY]: USERS } }, generate: GENERATED };
};

/** The Secret as it is kept: without its values, which so stay whatever they are. */
export const desiredSecret = (owner: Owner, bootstrapped: boolean): Desired => {
  const name = nameOf(owner.name).secret;
  const desired = desiredOf("Secret", name, { metadata: metadataOf(owner, name), type: "Opaque" });
  return bootstrapped ? annotated(desired, { [BOOTSTRAPPED]: owner.uid }) : desired;
};
