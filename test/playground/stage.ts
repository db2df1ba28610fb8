import { fileURLToPath } from "node:url"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { launchBrowser } from "../harness/browser.ts"
import { runTerminal } from "../terminal/run-terminal.ts"

const main = fileURLToPath(new URL("../../docs/playground/start.mjs", import.meta.url))

/** Runs what `npm start` runs. */
export const start = (args: string[], options: { terminal: boolean }) => runTerminal(args, { ...options, main })

export interface Stage {
  browser: Browser
  /** Where the playground is, say `http://127.0.0.1:4173`. */
  origin: string
}

/** Starts the playground as `npm start` does on a terminal, and launches a browser. */
async function openStage() {
  const playground = start([], { terminal: true })
  const [origin = ""] = /http:\S+\d/.exec(await playground.sees(/http:\/\/127\.0\.0\.1:\d+\//)) ?? []
  const browser = await launchBrowser()
  return {
    browser,
    origin,
    async close() {
      await browser.close()
      playground.kill("SIGTERM")
      await playground.ends()
    },
  }
}

/** A stage that is there for all tests of a file. */
export function setStage(): Stage {
  let stage: Awaited<ReturnType<typeof openStage>> | undefined
  beforeAll(async () => {
    stage = await openStage()
  })
  afterAll(() => stage?.close())

  function current() {
    if (stage === undefined) throw new Error("There is a stage only while tests run")
    return stage
  }
  return {
    get browser() {
      return current().browser
    },
    get origin() {
      return current().origin
    },
  }
}
