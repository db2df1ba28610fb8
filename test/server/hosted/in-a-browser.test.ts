import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { Browser, Page } from "playwright-core"
import { toNodeHandler } from "srvx/node"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { submitCredentials } from "../../../src/intent/events.ts"
import { type SandboxServer, startSandbox } from "../../../src/sandbox/start-sandbox.ts"
import type { ConnectedAccount } from "../../../src/server/host.ts"
import { createIntents } from "../../../src/server/intents/create-intents.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import { createRelay } from "../../../src/server/relay/create-relay.ts"
import { createPostpressTransport } from "../../../src/transports/postpress.ts"
import { launchBrowser } from "../../harness/browser.ts"
import { listen } from "../../harness/serve.ts"
import { keys } from "./host-hosted.ts"
import { handedOverPage, hostedPage } from "./pages.ts"

const userOf = ({ headers }: Request) => /user=(\w+)/.exec(headers.get("cookie") ?? "")?.[1]

async function bundle(contents: string): Promise<string> {
  const resolveDir = fileURLToPath(new URL("../../..", import.meta.url))
  const { outputFiles } = await build({ stdin: { contents, resolveDir }, bundle: true, format: "esm", write: false })
  return outputFiles[0]?.text ?? ""
}

/** A host whose people sign in by a cookie, with its relay, its intents and two pages. */
async function startHost(api: { apiKey: string; baseUrl: string }) {
  const scripts = new Map([
    ["/accounts", await bundle(hostedPage)],
    ["/handed-over", await bundle(handedOverPage)],
  ])
  const connected: ConnectedAccount[] = []
  const store = createMemoryStore()
  const intents = createIntents({ transport: createPostpressTransport(api), store })
  let relay: ReturnType<typeof createRelay> | undefined

  async function serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === "/record") {
      const record = await relay?.handOff(intents, "nightly", userOf(request) ?? "nobody")
      return record ? Response.json(record) : new Response(null, { status: 404 })
    }
    const script = scripts.get(pathname)
    if (script === undefined) return relay?.(request) ?? new Response(null, { status: 404 })
    const html = `<!doctype html><input><button>Go on</button><script type="module">${script.replaceAll("</script", "<\\/script")}</script>`
    return new Response(html, { headers: { "content-type": "text/html" } })
  }

  const { origin, close } = await listen(toNodeHandler(serve) as never)
  relay = createRelay({
    ...api,
    basePath: "/api/auth",
    publicUrl: `${origin}/api/auth`,
    returnTo: `${origin}/accounts`,
    keys,
    store,
    getUserId: userOf,
    onConnected: (account) => connected.push(account),
  })
  return { origin, close, connected, intents }
}

let browser: Browser
let sandbox: SandboxServer
let host: Awaited<ReturnType<typeof startHost>>

beforeAll(async () => {
  sandbox = await startSandbox()
  host = await startHost({ apiKey: "sandbox", baseUrl: sandbox.url })
  browser = await launchBrowser()
}, 60_000)

beforeEach(() => {
  host.connected.length = 0
})

afterAll(async () => {
  await browser?.close()
  await host?.close()
  await sandbox?.close()
})

/** Opens a page of the host's in a browser of its own, for a user. */
async function open(user: string, path: string): Promise<Page> {
  const context = await browser.newContext()
  await context.addCookies([{ name: "user", value: user, url: host.origin }])
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(host.origin + path)
  return page
}

const press = (page: Page, name: string) => page.getByRole("button", { name }).click()

const isShown = (page: Page, state: string) =>
  page.waitForSelector(`body[data-state="${state}"]`, { state: "attached" })

/** Requests a link on the page, and returns it. */
async function requestLink(page: Page): Promise<string> {
  await press(page, "Go on")
  await isShown(page, "redirected")
  return (await page.getAttribute("body", "data-url")) ?? "none:"
}

async function signIn(page: Page, url: string) {
  await page.goto(url)
  await page.getByLabel("Username").fill("2fa")
  await page.getByLabel("Password").fill("correct horse")
  await press(page, "Continue")
  await page.getByLabel("Code").fill("123456")
  await press(page, "Continue")
  await page.waitForURL(`${host.origin}/accounts**`)
}

it("connects an account: the person goes to the wizard, comes back, and the page ends in connected", async () => {
  const page = await open("ada", "/accounts")
  await signIn(page, await requestLink(page))
  await isShown(page, "connected")
  expect(host.connected).toEqual([{ userId: "ada", provider: "INSTAGRAM", accountId: expect.any(String) }])
  expect(await page.evaluate(() => document.referrer)).not.toContain("hosted_return")
}, 60_000)

it("binds nobody by a link that mallory has sent to somebody who is signed in", async () => {
  const mallory = await open("mallory", "/accounts")
  const url = await requestLink(mallory)
  const victim = await open("victim", "/accounts")
  await signIn(victim, url)
  await victim.waitForSelector('body[data-returned="failure"]', { state: "attached" })
  // The next question is due.
  await mallory.clock.fastForward(5_000)
  await isShown(mallory, "failed")
  expect(host.connected).toEqual([])
}, 60_000)

it("lets a person solve what an unattended login has met", async () => {
  const { intents } = host
  await intents.start("nightly", { provider: "INSTAGRAM" })
  await intents.send("nightly", submitCredentials({ username: "2fa", password: "correct horse" }))
  const page = await open("ada", "/handed-over")
  await isShown(page, "code")
  await page.getByRole("textbox").fill("000000")
  await press(page, "Go on")
  await isShown(page, "errors/invalid_checkpoint_solution")
  // A reload goes on from the same record.
  await page.reload()
  await isShown(page, "code")
  await page.getByRole("textbox").fill("123 456")
  await press(page, "Go on")
  await isShown(page, "connected")
  expect(await intents.look("nightly")).toMatchObject({ output: { status: "connected" } })
  expect(host.connected).toEqual([{ userId: "ada", provider: "INSTAGRAM", accountId: expect.any(String) }])
  await isShown(await open("mallory", "/handed-over"), "none")
}, 60_000)
