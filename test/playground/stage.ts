import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import chromium from "@sparticuz/chromium"
import { type Browser, chromium as playwright } from "playwright-core"
import { build, preview } from "vite"
import { afterAll, beforeAll, vi } from "vitest"

export interface Stage {
  browser: Browser
  /** Where the playground is, say `http://127.0.0.1:4173`. */
  origin: string
}

const root = fileURLToPath(new URL("../../docs/playground", import.meta.url))

/** Builds the playground, serves it as `npm start` does, and launches a browser. */
async function openStage() {
  const outDir = await mkdtemp(join(tmpdir(), "playground-"))
  const options = { root, logLevel: "error", build: { outDir, emptyOutDir: true } } as const
  // Where tests run, React would be built for development.
  vi.stubEnv("NODE_ENV", "production")
  await build(options)
  vi.unstubAllEnvs()
  const server = await preview({ ...options, preview: { port: 0 } })
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  })
  const [address = ""] = server.resolvedUrls?.local ?? []
  return {
    browser,
    origin: address.replace(/\/$/, ""),
    async close() {
      await browser.close()
      await server.close()
      await rm(outDir, { recursive: true })
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
