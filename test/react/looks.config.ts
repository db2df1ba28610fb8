import { defineConfig } from "vitest/config"

/** `npm run test:looks`: what the form looks like: every step fits, can be read, stands still, and has its pictures taken. */
export default defineConfig({
  test: { include: ["test/react/*.looks.ts"], isolate: false, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
})
