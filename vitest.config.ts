import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "docs/examples/**/*.test.ts"],
    passWithNoTests: false,
    // Some tests wait for a compiler, beside others that keep the same cores busy.
    testTimeout: 20_000,
  },
})
