import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const start = fileURLToPath(new URL("../../docs/playground/start.mjs", import.meta.url))
const asTerminal = new URL("../terminal/as-terminal.mjs", import.meta.url).href

function run(...args: string[]) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env["PATH"], NO_COLOR: "1" } })
  let printed = ""
  const hear = (chunk: Buffer) => {
    printed += chunk
  }
  child.stdout.on("data", hear)
  child.stderr.on("data", hear)
  const closed = once(child, "close")
  return {
    /** Gives what the pattern matches first in what was printed. */
    async sees(pattern: RegExp): Promise<string> {
      for (;;) {
        const [match] = pattern.exec(printed) ?? []
        if (match !== undefined) return match
        const over = await Promise.race([once(child.stdout, "data"), closed.then(() => "over")])
        if (over === "over") throw new Error(`Never saw ${pattern} in:\n${printed}`)
      }
    },
    async ends(signal?: NodeJS.Signals) {
      if (signal) child.kill(signal)
      const [code] = await closed
      return { code, printed }
    },
  }
}

it("On a terminal, prints the address of the page and serves it", async () => {
  const process = run("--import", asTerminal, start)
  const address = await process.sees(/http:\/\/127\.0\.0\.1:\d+\//)
  const page = await fetch(address)
  expect(await page.text()).toContain("<title>auth-intent playground</title>")
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'")
  expect(page.headers.get("set-cookie")).toMatch(/^session=[\w-]{36}; HttpOnly; SameSite=Lax; Path=\/$/)
  await process.ends("SIGTERM")
})

it.each([
  ["without a terminal", [start]],
  ["asked to", ["--import", asTerminal, start, "--tour"]],
])("Plays the tour %s", async (_, args) => {
  const { code, printed } = await run(...args).ends()
  expect(printed).toMatch(/(\d+) of \1 as expected/)
  expect(code).toBe(0)
})
