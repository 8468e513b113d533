// Lists and watches: what the operator knows of the cluster, it knows from these. A change that never arrives, or arrives twice as
// something else, is a decision on a cluster that does not exist.
import { expect, test } from "vitest";
import {
  at,
  type Change,
  configMap,
  type Door,
  type Fields,
  FORGOTTEN_AFTER,
  listAt,
  pathIn,
  pod,
  type Reply,
  said,
  textAt,
  versionOf,
  type Watching,
} from "./door.ts";

const configMaps = pathIn("configmaps");
const pods = pathIn("pods");

const shown = (change: Change | undefined): string => `${change?.type ?? "end"} ${textAt(change?.object, "metadata", "name")}`;
const several = async (watching: Watching, count: number): Promise<readonly Change[]> => {
  const seen: Change[] = [];
  while (seen.length < count) {
    const change = await watching.next();
    if (change === undefined) break;
    if (change.type !== "BOOKMARK") seen.push(change);
  }
  return seen;
};

const nextOf = (page: Reply | undefined): string => textAt(page?.body, "metadata", "continue");

export const watching = (door: () => Door): void => {
  const names = async (path: string, query: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
    const reply = await door().ask("GET", path, undefined, { query });
    return reply.code === 200 ? listAt(reply.body, "items").map((item) => at(item, "metadata", "name")) : [said(reply)];
  };
  const merge = (name: string, body: Fields) => door().ask("PATCH", `${configMaps}/${name}`, body, { type: "merge" });

  test("a list carries a version, and a watch from it sees every later change once, in order", async () => {
    await door().ask("POST", configMaps, configMap("seen-before", {}, { labels: { suite: "order" } }));
    const query = { labelSelector: "suite=order" };
    const list = await door().ask("GET", configMaps, undefined, { query });
    const resourceVersion = versionOf(list);
    await door().ask("POST", configMaps, configMap("seen", {}, { labels: { suite: "order" } }));
    const stream = await door().watch(configMaps, { ...query, resourceVersion });
    const changed = await merge("seen", { data: { a: "1" } });
    await door().ask("DELETE", `${configMaps}/seen`);
    const seen = await several(stream, 3);
    expect(seen.map(shown)).toEqual(["ADDED seen", "MODIFIED seen", "DELETED seen"]);
    const versions = seen.map((change) => BigInt(textAt(change.object, "metadata", "resourceVersion")));
    expect(versions[1]).toBe(BigInt(versionOf(changed)));
    expect((versions[2] ?? 0n) > (versions[1] ?? 0n) && (versions[1] ?? 0n) > (versions[0] ?? 0n)).toBe(true);
    expect((versions[0] ?? 0n) > BigInt(resourceVersion)).toBe(true);
    for (const change of seen) expect([at(change.object, "apiVersion"), at(change.object, "kind")]).toEqual(["v1", "ConfigMap"]);
    stream.stop();
  });

  test("a watch without a version begins with all there is", async () => {
    await door().ask("POST", configMaps, configMap("there", {}, { labels: { suite: "initial" } }));
    const stream = await door().watch(configMaps, { labelSelector: "suite=initial" });
    expect((await several(stream, 1)).map(shown)).toEqual(["ADDED there"]);
    stream.stop();
  });

  test("an object that comes to match is added, one that no longer does is deleted, for that watch", async () => {
    const created = await door().ask("POST", configMaps, configMap("labelled"));
    const stream = await door().watch(configMaps, { labelSelector: "suite=matching", resourceVersion: versionOf(created) });
    await merge("labelled", { metadata: { labels: { suite: "matching" } } });
    await merge("labelled", { data: { a: "1" } });
    const left = await merge("labelled", { metadata: { labels: { suite: null } } });
    const seen = await several(stream, 3);
    expect(seen.map(shown)).toEqual(["ADDED labelled", "MODIFIED labelled", "DELETED labelled"]);
    expect(textAt(seen.at(2)?.object, "metadata", "resourceVersion")).toBe(versionOf(left));
    stream.stop();
  });

  test("one object is watched by its name", async () => {
    const created = await door().ask("POST", configMaps, configMap("lonely"));
    const stream = await door().watch(configMaps, { fieldSelector: "metadata.name=lonely", resourceVersion: versionOf(created) });
    await door().ask("POST", configMaps, configMap("crowd"));
    await merge("lonely", { data: { a: "1" } });
    expect((await several(stream, 1)).map(shown)).toEqual(["MODIFIED lonely"]);
    stream.stop();
  });

  test("a version that the history no longer reaches is 410", async () => {
    const clusters = pathIn("valkey.verilean.io/v1/valkeyclusters");
    const body = { apiVersion: "valkey.verilean.io/v1", kind: "ValkeyCluster", metadata: { name: "old" }, spec: {} };
    await door().ask("POST", clusters, body);
    // More changes than the sandbox's server remembers; kube-apiserver's memory of a kind begins when its definition is new.
    for (let replicas = 1; replicas <= FORGOTTEN_AFTER; replicas += 1)
      await door().ask("PATCH", `${clusters}/old/status`, { status: { replicas } }, { type: "merge" });
    expect(await door().watchRefusal(clusters, { resourceVersion: "2" })).toBe(410);
  });

  test("a watch ends by itself after its time-out, in a whole line, and one with bookmarks has had one", async () => {
    const list = await door().ask("GET", configMaps);
    const selected = { labelSelector: "suite=bookmarks" };
    const query = { ...selected, resourceVersion: versionOf(list), timeoutSeconds: "4", allowWatchBookmarks: "true" };
    const stream = await door().watch(configMaps, query);
    // Not of what it selects; but a server on which nothing happens at all has nothing to say.
    await door().ask("POST", configMaps, configMap("unrelated"));
    const types: string[] = [];
    for (let next = await stream.next(); next !== undefined; next = await stream.next()) {
      types.push(next.type);
      expect(textAt(next.object, "metadata", "resourceVersion")).toMatch(/^\d+$/);
    }
    expect(new Set(types)).toEqual(new Set(["BOOKMARK"]));
  });

  test("lists are filtered by labels", async () => {
    const suite = { suite: "labels" };
    await door().ask("POST", configMaps, configMap("red", {}, { labels: { ...suite, colour: "red" } }));
    await door().ask("POST", configMaps, configMap("blue", {}, { labels: { ...suite, colour: "blue" } }));
    await door().ask("POST", configMaps, configMap("none", {}, { labels: suite }));
    const chosen = (selector: string) => names(configMaps, { labelSelector: `suite=labels,${selector}` });
    expect(await chosen("colour=red")).toEqual(["red"]);
    expect(await chosen("colour!=red")).toEqual(["blue", "none"]);
    expect(await chosen("colour in (red,blue)")).toEqual(["blue", "red"]);
    expect(await chosen("colour notin (red)")).toEqual(["blue", "none"]);
    expect(await chosen("colour")).toEqual(["blue", "red"]);
    expect(await chosen("!colour")).toEqual(["none"]);
    expect(await chosen("%%")).toEqual(["400 BadRequest"]);
  });

  test("pods are found by their node, their phase and their name; an unknown field is 400", async () => {
    await door().ask("POST", pods, pod("here", { labels: { suite: "fields" } }, { nodeName: "node-a" }));
    await door().ask("POST", pods, pod("there", { labels: { suite: "fields" } }, { nodeName: "node-b" }));
    await door().ask("PATCH", `${pods}/there/status`, { status: { phase: "Running" } }, { type: "merge" });
    const chosen = (fieldSelector: string) => names(pods, { labelSelector: "suite=fields", fieldSelector });
    expect(await chosen("spec.nodeName=node-a")).toEqual(["here"]);
    expect(await chosen("status.phase=Running")).toEqual(["there"]);
    expect(await chosen("metadata.name!=here")).toEqual(["there"]);
    expect(await chosen("spec.nodeName=node-a,status.phase=Running")).toEqual([]);
    expect(await chosen("spec.colour=red")).toEqual(["400 BadRequest"]);
  });

  test("a long list comes in pages, all of one version", async () => {
    for (const name of ["page-a", "page-b", "page-c"])
      await door().ask("POST", configMaps, configMap(name, {}, { labels: { suite: "pages" } }));
    const query = { labelSelector: "suite=pages", limit: "2" };
    const pages = [await door().ask("GET", configMaps, undefined, { query })];
    await door().ask("POST", configMaps, configMap("page-d", {}, { labels: { suite: "pages" } }));
    // A server may send more than was asked for at once; what it leaves out, it says.
    for (let next = nextOf(pages.at(-1)); next !== ""; next = nextOf(pages.at(-1)))
      pages.push(await door().ask("GET", configMaps, undefined, { query: { ...query, continue: next } }));
    const all = pages.flatMap((page) => listAt(page.body, "items").map((item) => at(item, "metadata", "name")));
    expect(all).toEqual(["page-a", "page-b", "page-c"]);
    expect(new Set(pages.map(versionOf)).size).toBe(1);
  });

  test("a list is as new as the last answered write", async () => {
    const created = await door().ask("POST", configMaps, configMap("fresh", {}, { labels: { suite: "fresh" } }));
    const list = await door().ask("GET", configMaps, undefined, { query: { labelSelector: "suite=fresh" } });
    expect(listAt(list.body, "items").map((item) => textAt(item, "metadata", "resourceVersion"))).toEqual([versionOf(created)]);
    expect(BigInt(versionOf(list))).toBeGreaterThanOrEqual(BigInt(versionOf(created)));
  });
};
