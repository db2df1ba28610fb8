import { defineConfig } from "vitest/config"

/** `npm run test:playground`: the playground in a browser, as a visitor uses it. */
export default defineConfig({
  test: { include: ["test/playground/*.suite.ts"], maxConcurrency: 3, testTimeout: 60_000, hookTimeout: 60_000 },
})
