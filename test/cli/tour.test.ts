import { afterEach, expect, test, vi } from "vitest"
import { tour } from "../../src/cli/tour.ts"
import { tourCases } from "../../src/cli/tour-cases.ts"
import { runCli } from "./run-cli.ts"

afterEach(() => vi.restoreAllMocks())

test.each([[["connect", "--tour"]], [["connect"]]])(
  "%j without a terminal plays the tour and exits with 0",
  async (args) => {
    const { code, printed } = await runCli(args).ends()
    for (const { title, states } of tourCases) {
      expect(printed).toContain(title)
      expect(printed).toContain(states.replaceAll(" ", " → "))
    }
    expect(printed).toContain(`${tourCases.length} of ${tourCases.length}`)
    expect(code).toBe(0)
  },
)

test("a case that goes another way fails the tour", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {})
  const wrong = tourCases.slice(0, 1).map((each) => ({ ...each, states: "idle submitting connected" }))
  expect(await tour(wrong)).toBe(false)
  expect(log.mock.calls.join("\n")).toContain("expected idle → submitting → connected")
})
