import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parseOneLine, parseParagraphs, withBackports } from "./debian-packages.ts";
import { cacheFolder, findValkey } from "./valkey-binary.ts";

const paragraphs = `Types: deb deb-src
# a comment between the fields
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/old
Suites: bookworm
Components: main
Enabled: no
`;

const of = (suite: string) => ({ options: "", uri: "http://mirror.example/debian", suite, components: "main" });

describe("the machine's package sources", () => {
  it("are read in the paragraph format, disabled ones left out", () => {
    const [first, second, ...rest] = parseParagraphs(paragraphs);
    expect(first).toEqual({
      options: "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg",
      uri: "http://mirror.example/debian",
      suite: "bookworm",
      components: "main contrib",
    });
    expect(second?.suite).toBe("bookworm-updates");
    expect(rest).toEqual([]);
  });

  it("are read in the one-line format, comments and source code left out", () => {
    const text =
      "# deb http://a x main\ndeb-src http://a trixie main\ndeb [arch=amd64] http://mirror.example/debian trixie main contrib # why\n";
    expect(parseOneLine(text)).toEqual([
      { options: "arch=amd64", uri: "http://mirror.example/debian", suite: "trixie", components: "main contrib" },
    ]);
  });

  it("get the backports of the same mirror, once, and nothing of other distributions", () => {
    const suites = withBackports([of("bookworm"), of("nodistro"), of("bookworm-backports")], "bookworm").map(({ suite }) => suite);
    expect(suites).toEqual(["bookworm", "bookworm-backports"]);
  });
});

describe("valkey-server", () => {
  it("runs with the environment it is found with", async () => {
    const { server, cli, env, version } = await findValkey();
    const { stdout } = await promisify(execFile)(server, ["--version"], { env: { ...process.env, ...env } });
    expect(stdout).toContain(`v=${version}`);
    expect(cli).toMatch(/-cli$/);
  });

  it("is kept where $GUNGNIR_CACHE says", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gungnir-cache-"));
    const before = process.env["GUNGNIR_CACHE"];
    process.env["GUNGNIR_CACHE"] = folder;
    try {
      expect(cacheFolder()).toBe(folder);
    } finally {
      if (before === undefined) delete process.env["GUNGNIR_CACHE"];
      else process.env["GUNGNIR_CACHE"] = before;
      await rm(folder, { recursive: true });
    }
  });
});
