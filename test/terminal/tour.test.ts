import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it, vi } from "vitest"
import { tour, tourCases } from "../../src/terminal/tour.ts"
import { runTerminal } from "./run-terminal.ts"

it.each([[["connect", "--tour"]], [["connect"]]])("%j with no terminal plays the tour, exits with 0", async (args) => {
  const { code, printed } = await runTerminal(args).ends()
  for (const { title, shows } of tourCases) expect(printed).toContain(`✓ ${title}\n    ${shows}\n`)
  expect(printed).toContain("1 request in 5:00: idle → submitting → checkpoint.otp → expired")
  expect(printed).toContain("solving → failed (may be connected)")
  expect(printed).toContain(`${tourCases.length} of ${tourCases.length}`)
  expect(code).toBe(0)
})

it("Ctrl-C ends the tour with 130", async () => {
  const run = runTerminal(["connect", "--tour"])
  await run.sees(/✓/)
  run.kill("SIGINT")
  expect((await run.ends()).code).toBe(130)
})

it("a reader that leaves, say head, ends the command without a word", async () => {
  const main = fileURLToPath(new URL("../../dist/src/terminal/main.js", import.meta.url))
  const shell = 'set -o pipefail; "$0" "$1" connect --tour | head -n 1'
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", shell, process.execPath, main])
  expect([stdout, stderr]).toEqual([`✓ ${tourCases[0]?.title}\n`, ""])
})

it.each([
  ["other states", "checkpoint.otp", "checkpoint.twoFactor"],
  ["another count of requests", "1 request ", "2 requests "],
  ["another time", "in 5:00", "in 4:59"],
  ["another end", "expired", "failed"],
])("a case with %s fails the tour", async (_, from, to) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {})
  const [expired = expect.fail("There is no such case")] = tourCases.filter(({ shows }) => shows.endsWith("expired"))
  const shows = expired.shows.replace(from, to)
  expect(await tour([expired, { ...expired, shows }])).toBe(false)
  expect(log.mock.calls.join("\n")).toContain(`expected ${shows}`)
})
