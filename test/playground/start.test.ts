import { expect, it } from "vitest"
import { start } from "./stage.ts"

it.each([
  ["without a terminal", [], { terminal: false }],
  ["asked to", ["--tour"], { terminal: true }],
])("Plays the tour %s", async (_, args, options) => {
  const { code, printed } = await start(args, options).ends()
  expect(printed).toMatch(/(\d+) of \1 as expected/)
  expect(code).toBe(0)
})
