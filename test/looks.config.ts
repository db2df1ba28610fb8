import { defineConfig } from "vitest/config"

/** `npm run test:looks`: pages fit, are readable and stand still; it also takes the form's pictures. */
export default defineConfig({
  test: { include: ["test/**/*.looks.ts"], isolate: false, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
})
