import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Config, LOG_LEVELS, parseConfig, renderConfig } from "./config.ts";

const configured = (args: readonly string[], environment = {}): Config => {
  const parsed = parseConfig(args, environment);
  if (parsed._tag !== "Configured") throw new Error(JSON.stringify(parsed));
  return parsed.config;
};
const refused = (args: readonly string[], environment = {}): string => {
  const parsed = parseConfig(args, environment);
  return parsed._tag === "Refused" ? parsed.problems.join("\n") : parsed._tag;
};

test("a flag may be written with a space or an equals sign, and wins over its environment variable", () => {
  expect(configured(["--namespace", "a"]).namespace).toBe("a");
  expect(configured(["--namespace=a"], { GUNGNIR_OPERATOR_NAMESPACE: "b" }).namespace).toBe("a");
  expect(configured([], { GUNGNIR_OPERATOR_NAMESPACE: "b", GUNGNIR_SEED: "7" }).namespace).toBe("b");
  expect(configured(["--listen", "[::1]:9000"]).listen).toEqual({ host: "::1", port: 9000 });
});

test("what is unknown, malformed, repeated or contradictory is refused by name, all of it at once", () => {
  expect(refused(["--namspace=a", "stray"])).toMatch(/"--namspace" is not an option.*\n"stray" is not an option/);
  expect(refused([], { GUNGNIR_OPERATOR_NAMSPACE: "a" })).toMatch(/\$GUNGNIR_OPERATOR_NAMSPACE is not a setting/);
  expect(refused([], { GUNGNIR_OPERATOR_LEASE_RETRY_MS: "2s" })).toMatch(
    /\$GUNGNIR_OPERATOR_LEASE_RETRY_MS is "2s"; allowed is a whole number/,
  );
  expect(refused(["--lease-retry-ms", "-1", "--listen=here"])).toMatch(/--lease-retry-ms is "-1".*\n.*--listen is "here"/);
  expect(refused(["--namespace=A_B"])).toMatch(/--namespace is "A_B"; allowed is lower-case/);
  expect(refused(["--namespace=a", "--namespace=b"])).toMatch(/more than once/);
  expect(refused(["--namespace"])).toMatch(/lacks its value/);
  expect(refused(["--log-level", "--namespace=a"])).toMatch(/--log-level lacks its value/);
  expect(refused(["--lease-duration-ms=10000"])).toMatch(/--lease-renew-deadline-ms is 10000; it must be below --lease-duration-ms 10000/);
  expect(refused(["--lease-duration-ms=15500"])).toMatch(/whole seconds/);
  expect(refused(["--listen=127.0.0.1:70000"])).toMatch(/65535/);
});

test("--help names every flag, its default and its variable", () => {
  const parsed = parseConfig(["--namspace", "--help"], {});
  expect(parsed._tag).toBe("Help");
  if (parsed._tag !== "Help") return;
  for (const argument of renderConfig({
    ...configured([]),
    kubeconfig: "x",
    context: "x",
    namespace: "x",
    leaseNamespace: "x",
    identity: "x",
  })) {
    const flag = argument.slice(0, argument.indexOf("="));
    expect(parsed.text).toContain(`  ${flag} `);
    expect(parsed.text).toContain(`$GUNGNIR_OPERATOR_${flag.slice(2).toUpperCase().replaceAll("-", "_")}`);
  }
  expect(parsed.text).toContain("(default 15000)");
});

test("SH-1: parse(render(c)) = c, in both syntaxes", () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  const words = fc.string({ minLength: 1 }).filter((given) => !given.startsWith("--"));
  const arbitrary: fc.Arbitrary<Config> = fc
    .record({
      kubeconfig: fc.option(words, { nil: undefined }),
      context: fc.option(words, { nil: undefined }),
      namespace: fc.option(label, { nil: undefined }),
      leaseNamespace: fc.option(label, { nil: undefined }),
      leaseName: label,
      times: fc.uniqueArray(fc.integer({ min: 1, max: 3600 }), { minLength: 3, maxLength: 3 }),
      identity: fc.option(words, { nil: undefined }),
      listen: fc.record({
        host: fc.oneof(fc.constantFrom("0.0.0.0", "localhost", "::", "::1", "fe80::1")),
        port: fc.integer({ min: 0, max: 65_535 }),
      }),
      logLevel: fc.constantFrom(...LOG_LEVELS),
      trace: fc.option(words, { nil: undefined }),
    })
    .map(({ times, ...rest }) => {
      const [retry = 0, renew = 0, duration = 0] = times.toSorted((a, b) => a - b);
      return { ...rest, leaseRetryMs: retry * 1000, leaseRenewDeadlineMs: renew * 1000, leaseDurationMs: duration * 1000 };
    });
  fc.assert(
    fc.property(arbitrary, (config) => {
      const args = renderConfig(config);
      expect(configured(args)).toEqual(config);
      const spaced = args.flatMap((argument) => [argument.slice(0, argument.indexOf("=")), argument.slice(argument.indexOf("=") + 1)]);
      expect(configured(spaced)).toEqual(config);
    }),
  );
});
