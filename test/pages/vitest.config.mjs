import { defineConfig } from "vitest/config"

export default defineConfig({
  test: { include: ["*.suite.mjs"], passWithNoTests: false, testTimeout: 120_000, hookTimeout: 300_000 },
})
