import { fileURLToPath } from "node:url"
import { build as esbuild } from "esbuild"
import type { Page } from "playwright-core"
import { build as vite } from "vite"
import { afterAll, expect, it } from "vitest"
import { launchBrowser } from "../harness/browser.ts"
import { serve } from "../harness/serve.ts"

const entry = fileURLToPath(new URL("bundled-login.ts", import.meta.url))
const root = fileURLToPath(new URL("../..", import.meta.url))

/** The files of a page by name; the page loads the first. */
type Files = Record<string, string>

async function byEsbuild(format: "esm" | "iife", splitting = false): Promise<Files> {
  const options = { bundle: true, minify: true, write: false, outdir: "out", platform: "browser" } as const
  const { outputFiles } = await esbuild({ ...options, entryPoints: [entry], format, splitting, absWorkingDir: root })
  return Object.fromEntries(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf("/") + 1), text]))
}

/** Vite bundles by rolldown. */
async function byVite(format: "es" | "iife"): Promise<Files> {
  const rolldownOptions = { input: entry, output: { format } }
  const built = await vite({ root, configFile: false, logLevel: "silent", build: { write: false, rolldownOptions } })
  const [first] = Array.isArray(built) ? built : [built]
  if (first === undefined || !("output" in first)) throw new Error("Nothing was built")
  return Object.fromEntries(
    first.output.map((file) => [file.fileName.replace("assets/", ""), file.type === "chunk" ? file.code : ""]),
  )
}

const bundlers: [name: string, bundle: () => Promise<Files>, isModule: boolean][] = [
  ["Vite", () => byVite("es"), true],
  ["Vite, as a script", () => byVite("iife"), false],
  ["esbuild", () => byEsbuild("esm"), true],
  ["esbuild, split", () => byEsbuild("esm", true), true],
  ["esbuild, as a script", () => byEsbuild("iife"), false],
]

const browser = await launchBrowser()
afterAll(() => browser.close())

/** Opens a page of these files. Its server's relay connects every account. */
async function open(files: Files, isModule = true) {
  const [name] = Object.keys(files)
  const script = `<script ${isModule ? 'type="module"' : "defer"} src="/${name}"></script>`
  const server = await serve(({ path = "" }) => {
    const file = files[path.slice(1)]
    if (file !== undefined) return new Response(file, { headers: { "content-type": "text/javascript" } })
    if (path.startsWith("/api/auth/")) {
      return Response.json({ object: "AccountCreated", account_id: "token" }, { status: 201 })
    }
    return new Response(`<!doctype html><title>Page</title>${script}`, { headers: { "content-type": "text/html" } })
  })
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => "logIn" in globalThis)
  const sent = () => server.received.filter(({ path }) => path?.startsWith("/api/auth/")).length
  return { page, context, sent }
}

const logIn = (page: Page) => page.evaluate<string>("logIn()")

it.each(bundlers)(
  "a page built by %s that is offline at its first try logs in when it is online again",
  async (...row) => {
    const [, bundle, isModule] = row
    const { page, context, sent } = await open(await bundle(), isModule)
    await context.setOffline(true)
    expect(await logIn(page)).toBe("idle client/network")
    expect(sent()).toBe(0)
    await context.setOffline(false)
    expect(await logIn(page)).toBe("connected")
    expect(sent()).toBe(1)
    await context.close()
  },
)

/** Posts a message to a worker of the page, and returns the reply. */
const inWorker = (page: Page, name: string, message: string) =>
  page.evaluate<string>(`new Promise((resolve) => {
    const worker = new Worker("/${name}", { type: "module" })
    worker.onmessage = ({ data }) => resolve(data)
    worker.postMessage("${message}")
  })`)

/** Registers a service worker, posts a message to it, and returns the reply. */
const inServiceWorker = (page: Page, name: string, message: string) =>
  page.evaluate<string>(`new Promise(async (resolve) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => resolve(data))
    navigator.serviceWorker.startMessages()
    await navigator.serviceWorker.register("/${name}", { type: "module" })
    const { active } = await navigator.serviceWorker.ready
    active.postMessage("${message}")
  })`)

it("an API key is refused in a page and in its workers of each kind, where the relay's transport logs in", async () => {
  const files = await byEsbuild("esm")
  const [name = ""] = Object.keys(files)
  const { page, context } = await open(files)
  expect(await page.evaluate<string>("holdKey()")).toBe("api_key_in_page")
  for (const call of [inWorker, inServiceWorker]) {
    expect(await call(page, name, "holdKey")).toBe("api_key_in_page")
    expect(await call(page, name, "logIn")).toBe("connected")
  }
  await context.close()
})
