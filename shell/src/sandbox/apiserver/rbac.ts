// Who may do what: the rules of Roles and ClusterRoles bound to a user, as Kubernetes evaluates them. Members of
// system:masters may do everything; what nobody allows is denied.
import { type JsonObject, listOf, nameOf, namespaceOf, objectOf, textOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { User } from "./tokens.ts";

export type Attempt =
  | {
      readonly _tag: "Resource";
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly _tag: "Path"; readonly verb: string; readonly path: string };

const group = "rbac.authorization.k8s.io";
/** Readable by anyone, so that a load balancer or a person can ask whether the server lives. */
const publicPaths = ["/healthz", "/livez", "/readyz", "/version"];
const discoveryPaths = ["/api", "/apis", "/openapi"];
const selfReviews = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"];

export const isAllowed = (store: Store, user: User, attempt: Attempt): boolean => {
  if (user.groups.includes("system:masters")) return true;
  if (attempt._tag === "Path" && isUnder(publicPaths, attempt.path)) return true;
  if (user.groups.includes("system:authenticated")) {
    if (attempt._tag === "Path" && isUnder(discoveryPaths, attempt.path)) return true;
    if (attempt._tag === "Resource" && attempt.group === "authorization.k8s.io" && selfReviews.includes(attempt.resource)) return true;
  }
  return rulesFor(store, user, attempt._tag === "Resource" ? attempt.namespace : "").some((rule) => permits(rule, attempt));
};

const isUnder = (roots: readonly string[], path: string): boolean => roots.some((root) => path === root || path.startsWith(`${root}/`));

/** The rules that hold for a user cluster-wide and, where one is named, in a namespace. */
export const rulesFor = (store: Store, user: User, namespace: string): JsonObject[] => {
  const bound = (binding: JsonObject): boolean =>
    listOf(binding["subjects"]).some((subject) => isSubject(objectOf(subject), user, namespaceOf(binding)));
  const clusterWide = store.list(`${group}/clusterrolebindings`).filter(bound);
  const local = namespace === "" ? [] : store.list(`${group}/rolebindings`, namespace).filter(bound);
  return [...clusterWide, ...local].flatMap((binding) => rulesOf(store, objectOf(binding["roleRef"]), namespaceOf(binding)));
};

const isSubject = (subject: JsonObject, user: User, bindingNamespace: string): boolean => {
  const name = textOf(subject["name"]);
  switch (textOf(subject["kind"])) {
    case "User":
      return user.name === name;
    case "Group":
      return user.groups.includes(name);
    case "ServiceAccount":
      return user.name === `system:serviceaccount:${textOf(subject["namespace"]) || bindingNamespace}:${name}`;
    default:
      return false;
  }
};

const rulesOf = (store: Store, role: JsonObject, namespace: string): JsonObject[] => {
  const found =
    role["kind"] === "ClusterRole"
      ? store.read(`${group}/clusterroles`, "", textOf(role["name"]))
      : store.read(`${group}/roles`, namespace, textOf(role["name"]));
  return found === undefined ? [] : [...listOf(found["rules"]).map(objectOf), ...aggregated(store, found)];
};

/** An aggregated ClusterRole also has the rules of those its selectors name. */
const aggregated = (store: Store, role: JsonObject): JsonObject[] => {
  const selectors = listOf(objectOf(role["aggregationRule"])["clusterRoleSelectors"]).map((each) =>
    Object.entries(objectOf(objectOf(each)["matchLabels"])),
  );
  if (selectors.length === 0) return [];
  return store
    .list(`${group}/clusterroles`)
    .filter((each) => nameOf(each) !== nameOf(role))
    .filter((each) => {
      const labels = objectOf(objectOf(each["metadata"])["labels"]);
      return selectors.some((selector) => selector.every(([key, value]) => labels[key] === value));
    })
    .flatMap((each) => listOf(each["rules"]).map(objectOf));
};

const has = (rule: JsonObject, field: string, value: string): boolean => {
  const listed = listOf(rule[field]);
  return listed.includes("*") || listed.includes(value);
};

const permits = (rule: JsonObject, attempt: Attempt): boolean => {
  if (!has(rule, "verbs", attempt.verb)) return false;
  if (attempt._tag === "Path") {
    return listOf(rule["nonResourceURLs"])
      .map(textOf)
      .some((url) => url === attempt.path || (url.endsWith("*") && attempt.path.startsWith(url.slice(0, -1))));
  }
  const resource = attempt.subresource === "" ? attempt.resource : `${attempt.resource}/${attempt.subresource}`;
  const names = listOf(rule["resourceNames"]);
  return (
    has(rule, "apiGroups", attempt.group) &&
    (has(rule, "resources", resource) || (attempt.subresource !== "" && listOf(rule["resources"]).includes(`*/${attempt.subresource}`))) &&
    (names.length === 0 || (attempt.name !== "" && names.includes(attempt.name)))
  );
};
