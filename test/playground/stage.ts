import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"
import { launchBrowser } from "../harness/browser.ts"
import { runTerminal } from "../terminal/run-terminal.ts"

const main = fileURLToPath(new URL("../../docs/playground/start.mjs", import.meta.url))

/** Runs the command of `npm start`. */
export const start = (args: string[], options: { terminal: boolean }) => runTerminal(args, { ...options, main })

/** Starts the playground as `npm start` does on a terminal, and launches a browser. Both end with their test file. */
export async function openStage() {
  const playground = start([], { terminal: true })
  const [origin = ""] = /http:\S+\d/.exec(await playground.sees(/http:\/\/127\.0\.0\.1:\d+\//)) ?? []
  const browser = await launchBrowser()
  afterAll(async () => {
    await browser.close()
    playground.kill("SIGTERM")
    await playground.ends()
  })
  return { browser, origin }
}

export type Stage = Awaited<ReturnType<typeof openStage>>
