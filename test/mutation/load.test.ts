import { expect, it } from "vitest"

// Stryker counts failed tests alone, and a module that breaks as it loads fails none: its tests are never collected.
it("every module loads", async () => {
  await expect(import("../../src/index.ts")).resolves.toHaveProperty("authIntentMachine")
})
