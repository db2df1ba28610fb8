import { expect, it } from "vitest"

// Stryker counts failed tests only. A module that breaks while loading fails none: its tests are never collected.
it("every module loads", async () => {
  await expect(import("../../src/index.ts")).resolves.toHaveProperty("authIntentMachine")
})
