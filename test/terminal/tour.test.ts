import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterEach, expect, test, vi } from "vitest"
import { tour, tourCases } from "../../src/terminal/tour.ts"
import { runTerminal } from "./run-terminal.ts"

afterEach(() => vi.restoreAllMocks())

test.each([[["connect", "--tour"]], [["connect"]]])(
  "%j without a terminal plays the tour and exits with 0",
  async (args) => {
    const { code, printed } = await runTerminal(args).ends()
    for (const { title, states, requests } of tourCases) {
      expect(printed).toContain(`✓ ${title}`)
      expect(printed).toMatch(new RegExp(`${requests} requests? in \\d:\\d\\d: ${states.replaceAll(" ", " → ")}`))
    }
    expect(printed).toContain("1 request in 5:00: idle → submitting → checkpoint.otp → expired")
    expect(printed).toContain("solving → failed (may be connected)")
    expect(printed).toContain(`${tourCases.length} of ${tourCases.length}`)
    expect(code).toBe(0)
  },
)

test("a reader that leaves, say head, ends the command without a word", async () => {
  const main = fileURLToPath(new URL("../../dist/src/terminal/main.js", import.meta.url))
  const shell = 'set -o pipefail; "$0" "$1" connect --tour | head -n 1'
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", shell, process.execPath, main])
  expect([stdout, stderr]).toEqual([`✓ ${tourCases[0]?.title}\n`, ""])
})

const [first, ...rest] = tourCases
const lost = rest.at(-1)

test.each([
  [
    "other states",
    { ...first, states: "idle submitting connected" },
    "expected 3 requests: idle → submitting → connected",
  ],
  ["another count of requests", { ...first, requests: 2 }, "expected 2 requests: idle"],
  ["another end", { ...lost, mayBeConnected: undefined }, /expected 3 requests: .*failed$/m],
])("a case with %s fails the tour", async (_, wrong, expected) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {})
  expect(await tour([wrong as (typeof tourCases)[number]])).toBe(false)
  expect(log.mock.calls.join("\n")).toMatch(expected)
})
