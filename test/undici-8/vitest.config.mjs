import { fileURLToPath } from "node:url"
import undici from "undici/package.json" with { type: "json" }
import { defineConfig } from "vitest/config"

if (!undici.version.startsWith("8.")) throw new Error(`This is undici ${undici.version}`)

/** Runs on undici 8 the tests that the rest of the suite runs on undici 7. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: { alias: [{ find: /^undici$/, replacement: fileURLToPath(import.meta.resolve("undici")) }] },
  test: {
    include: ["test/transports/fetch-implementations.test.ts", "test/http/unsent.test.ts"],
    setupFiles: "test/harness/clean-up.ts",
    passWithNoTests: false,
    testTimeout: 20_000,
  },
})
