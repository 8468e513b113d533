// What the operator, the controllers and the kubelet rely upon of an API server, stated once and asked of two: the sandbox's own,
// always, and kube-apiserver with etcd where KUBEBUILDER_ASSETS names the folder of their binaries (or GUNGNIR_API_SERVER=real asks for
// them). A difference is a failure.
import { afterAll, beforeAll, describe } from "vitest";
import { access } from "./conformance/access.ts";
import { applying } from "./conformance/applying.ts";
import { builtin } from "./conformance/builtin.ts";
import { custom, installDefinition } from "./conformance/custom.ts";
import { deleting } from "./conformance/deleting.ts";
import { type Door, openEmbedded, openReal } from "./conformance/door.ts";
import { watching } from "./conformance/watching.ts";
import { writing } from "./conformance/writing.ts";

const isSet = (name: string): boolean => (process.env[name] ?? "") !== "";
const isRealAsked = isSet("KUBEBUILDER_ASSETS") || process.env["GUNGNIR_API_SERVER"] === "real";
const servers = [
  { name: "the sandbox's API server", open: openEmbedded },
  ...(isRealAsked ? [{ name: "kube-apiserver", open: openReal }] : []),
];

describe.each(servers)("$name", ({ open }) => {
  let opened: Door | undefined;
  const door = (): Door => {
    if (opened === undefined) throw new Error("the server is not open yet");
    return opened;
  };
  beforeAll(async () => {
    opened = await open();
    await installDefinition(opened);
  }, 90_000);
  afterAll(() => opened?.close(), 30_000);

  describe("writes", () => {
    writing(door);
  });
  describe("deletions", () => {
    deleting(door);
  });
  describe("server-side apply", () => {
    applying(door);
  });
  describe("lists and watches", () => {
    watching(door);
  });
  describe("built-in kinds", () => {
    builtin(door);
  });
  describe("custom resources", () => {
    custom(door);
  });
  describe("access", () => {
    access(door);
  });
});
