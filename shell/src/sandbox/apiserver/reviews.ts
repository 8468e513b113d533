// Questions about permissions and identity: answered, not stored. `kubectl auth can-i` and `whoami` ask them.
import { type Json, type JsonObject, objectOf, textOf, withMetadata } from "./json.ts";
import { type Attempt, isAllowed, rulesFor } from "./rbac.ts";
import type { Serving } from "./serving.ts";
import type { User } from "./tokens.ts";

export const reviewKinds: Readonly<Record<string, { readonly group: string; readonly kind: string }>> = {
  selfsubjectaccessreviews: { group: "authorization.k8s.io", kind: "SelfSubjectAccessReview" },
  subjectaccessreviews: { group: "authorization.k8s.io", kind: "SubjectAccessReview" },
  selfsubjectrulesreviews: { group: "authorization.k8s.io", kind: "SelfSubjectRulesReview" },
  selfsubjectreviews: { group: "authentication.k8s.io", kind: "SelfSubjectReview" },
  tokenreviews: { group: "authentication.k8s.io", kind: "TokenReview" },
};

export const review = (serving: Serving, user: User, plural: string, body: JsonObject): JsonObject => {
  const kind = reviewKinds[plural];
  const spec = objectOf(body["spec"]);
  return withMetadata(
    { ...body, apiVersion: `${kind?.group ?? ""}/v1`, kind: kind?.kind ?? "", status: statusOf(serving, user, plural, spec) },
    {},
  );
};

const statusOf = (serving: Serving, user: User, plural: string, spec: JsonObject): JsonObject => {
  switch (plural) {
    case "selfsubjectaccessreviews":
      return access(serving, user, spec);
    case "subjectaccessreviews":
      return access(serving, { name: textOf(spec["user"]), uid: textOf(spec["uid"]), groups: textsOf(spec["groups"]) }, spec);
    case "selfsubjectrulesreviews":
      return rulesStatus(serving, user, textOf(spec["namespace"]));
    case "tokenreviews": {
      const found = serving.tokens.authenticate(textOf(spec["token"]));
      return found === undefined
        ? { authenticated: false }
        : { authenticated: true, user: userInfo(found), audiences: ["gungnir-sandbox"] };
    }
    default:
      return { userInfo: userInfo(user) };
  }
};

const textsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(textOf) : []);
const userInfo = (user: User): JsonObject => ({
  username: user.name,
  ...(user.uid === "" ? {} : { uid: user.uid }),
  groups: [...user.groups],
});

const access = (serving: Serving, user: User, spec: JsonObject): JsonObject => {
  const allowed = isAllowed(serving.store, user, attemptOf(spec));
  return allowed ? { allowed } : { allowed, reason: `no rule bound to ${user.name} allows it` };
};

const attemptOf = (spec: JsonObject): Attempt => {
  const of = objectOf(spec["resourceAttributes"]);
  if (spec["resourceAttributes"] === undefined) {
    const path = objectOf(spec["nonResourceAttributes"]);
    return { _tag: "Path", verb: textOf(path["verb"]), path: textOf(path["path"]) };
  }
  return {
    _tag: "Resource",
    verb: textOf(of["verb"]),
    group: textOf(of["group"]),
    resource: textOf(of["resource"]),
    subresource: textOf(of["subresource"]),
    namespace: textOf(of["namespace"]),
    name: textOf(of["name"]),
  };
};

const rulesStatus = (serving: Serving, user: User, namespace: string): JsonObject => {
  const everything: JsonObject[] = user.groups.includes("system:masters")
    ? [
        { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
        { verbs: ["*"], nonResourceURLs: ["*"] },
      ]
    : rulesFor(serving.store, user, namespace);
  return {
    resourceRules: everything.filter((rule) => rule["nonResourceURLs"] === undefined),
    nonResourceRules: everything.filter((rule) => rule["nonResourceURLs"] !== undefined),
    incomplete: false,
  };
};
