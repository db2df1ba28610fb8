import { defineConfig } from "vitest/config"

export default defineConfig({ test: { include: ["*.suite.mjs"], passWithNoTests: false, testTimeout: 60_000 } })
