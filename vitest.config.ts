import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["gungnir-source"] } },
  resolve: { conditions: ["gungnir-source"] },
  test: {
    include: ["core/src/**/*.test.ts", "properties/src/**/*.test.ts", "shell/src/**/*.test.ts", "shell/integration/**/*.test.ts"],
    setupFiles: ["./vitest.setup.ts"],
    testTimeout: 60_000,
  },
});
