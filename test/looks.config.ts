import { defineConfig } from "vitest/config"

/** `npm run test:looks`: what pages look like: all fits, can be read and stands still, and the form has its pictures taken. */
export default defineConfig({
  test: { include: ["test/**/*.looks.ts"], isolate: false, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
})
