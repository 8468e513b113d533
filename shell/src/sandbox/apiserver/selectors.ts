// Label and field selectors, parsed once a request into a predicate over objects.
import { type JsonObject, metadataOf, nameOf, namespaceOf, objectOf, textOf, valueAt } from "./json.ts";
import { badRequest } from "./rejection.ts";

export type Selector = (object: JsonObject) => boolean;
type LabelTest = (labels: JsonObject) => boolean;

const everything: Selector = () => true;

/** `app=web,tier in (a,b),!old`; throws a 400 naming the part it cannot read. */
export const labelSelector = (text: string): Selector => {
  if (text.trim() === "") return everything;
  const tests = splitOutsideParentheses(text).map(labelTest);
  return (object) => {
    const labels = objectOf(metadataOf(object)["labels"]);
    return tests.every((test) => test(labels));
  };
};

const splitOutsideParentheses = (text: string): string[] => text.split(/,(?![^(]*\))/).map((part) => part.trim());

const labelTest = (part: string): LabelTest => {
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = "", operator, listed = ""] = set;
    const values = new Set(listed.split(",").map((value) => value.trim()));
    return operator === "in"
      ? (labels) => Object.hasOwn(labels, key) && values.has(textOf(labels[key]))
      : (labels) => !Object.hasOwn(labels, key) || !values.has(textOf(labels[key]));
  }
  const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(part);
  if (equality !== null) {
    const [, key = "", operator, value = ""] = equality;
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => Object.hasOwn(labels, key) && labels[key] === value;
  }
  const presence = /^(!?)\s*([\w./-]+)$/.exec(part);
  if (presence !== null) {
    const [, not = "", key = ""] = presence;
    return (labels) => Object.hasOwn(labels, key) === (not === "");
  }
  throw badRequest(
    `unable to parse the label selector at "${part}": expected key=value, key!=value, key in (a,b), key notin (a,b), key or !key`,
  );
};

/** Fields that may be asked for, beside an object's name and namespace. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  "/pods": [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  "/namespaces": ["status.phase"],
  "/nodes": ["spec.unschedulable"],
  "/secrets": ["type"],
  "/events": [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "regarding.kind",
    "regarding.namespace",
    "regarding.name",
    "regarding.uid",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
};

/** `metadata.name=web-0,status.phase!=Running` on a collection; throws a 400 naming a field it cannot be asked for. */
export const fieldSelector = (text: string, storage: string): Selector => {
  if (text.trim() === "") return everything;
  const known = ["metadata.name", "metadata.namespace", ...(selectable[storage] ?? [])];
  const tests = text.split(",").map((part) => fieldTest(part, known));
  return (object) => tests.every((test) => test(object));
};

const fieldTest = (part: string, known: readonly string[]): Selector => {
  const match = /^\s*([\w.]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
  if (match === null) throw badRequest(`unable to parse the field selector at "${part}": expected path=value or path!=value`);
  const [, path = "", operator, value = ""] = match;
  if (!known.includes(path)) throw badRequest(`field label not supported: ${path}; supported here: ${known.join(", ")}`);
  const is = (object: JsonObject): boolean => fieldText(object, path) === value;
  return operator === "!=" ? (object) => !is(object) : is;
};

const fieldText = (object: JsonObject, path: string): string => {
  if (path === "metadata.name") return nameOf(object);
  if (path === "metadata.namespace") return namespaceOf(object);
  const value = valueAt(object, path.split("."));
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
};

/** A LabelSelector object (`matchLabels`, `matchExpressions`) as the text form, for the places that print or compare it. */
export const selectorText = (selector: JsonObject): string =>
  Object.entries(objectOf(selector["matchLabels"]))
    .map(([key, value]) => `${key}=${textOf(value)}`)
    .toSorted((left, right) => left.localeCompare(right))
    .join(",");
