import type { BrowserContext, Page, WebError } from "playwright-core"
import { expect } from "vitest"
import type { Stage } from "./stage.ts"

export const password = "correct horse"

/** The playground in a tab, with its form. */
export function toVisitor(page: Page) {
  const connect = page.locator(".ai-connect")
  const reach = (title: string) => connect.getByRole("heading", { name: title, exact: true }).waitFor()
  async function send(fields: Record<string, string>) {
    for (const [name, value] of Object.entries(fields)) await connect.locator(`[name=${name}]`).fill(value)
    await connect.locator("[type=submit]").click()
  }
  /** Sends a username and the password, and waits for what follows. */
  async function login(username: string, title: string) {
    await send({ username, password })
    await reach(title)
  }
  async function pass(seconds: number) {
    const moved = page.waitForResponse("**/sandbox/advance")
    await page.getByLabel("Seconds", { exact: true }).fill(String(seconds))
    await page.getByRole("button", { name: "Move the clock" }).click()
    expect((await moved).ok()).toBe(true)
  }
  return { page, connect, reach, send, login, pass }
}

interface VisitOptions {
  /** @default 1280 by 720 */
  viewport?: { width: number; height: number }
  query?: string
  /** Whether it leaves behind in its browser what no other visit may find. */
  isLast?: boolean
}

/** Leaves a page as a new one is: with no session, nothing that is saved or held back, and no other tab. */
async function leave(page: Page, { origin }: Stage): Promise<void> {
  const context = page.context()
  for (const other of context.pages()) if (other !== page) await other.close()
  await context.unrouteAll({ behavior: "ignoreErrors" })
  await page.unrouteAll({ behavior: "ignoreErrors" })
  await page.route("**/nothing", (route) => route.fulfill({ contentType: "text/html", body: "" }))
  await page.goto(`${origin}/nothing`)
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await context.clearCookies()
  await page.emulateMedia({ colorScheme: "light" })
  await page.unrouteAll()
}

export type Play = (visitor: ReturnType<typeof toVisitor>, context: BrowserContext) => Promise<void>

/** Creates what visits a stage. */
export function createVisit(stage: Stage) {
  /** Pages that nobody visits now: a new one would load and compile all that it runs anew. */
  const idle: Page[] = []

  async function openPage(): Promise<Page> {
    const context = await stage.browser.newContext({ locale: "en-US", reducedMotion: "reduce" })
    context.setDefaultTimeout(10_000)
    return context.newPage()
  }

  /** Opens the playground as somebody who was never there, plays there and leaves it. */
  return async function visit(...args: [play: Play] | [options: VisitOptions, play: Play]): Promise<void> {
    const [options, play] = args.length === 1 ? [{}, args[0]] : args
    const { viewport = { width: 1280, height: 720 }, query = "", isLast = false } = options
    const page = (!isLast && idle.pop()) || (await openPage())
    const context = page.context()
    const errors: string[] = []
    const onError = (error: WebError) => errors.push(String(error.error()))
    context.on("weberror", onError)
    let isLeft = false
    try {
      await page.setViewportSize(viewport)
      await page.goto(`${stage.origin}/${query}`)
      await play(toVisitor(page), context)
      expect(errors).toEqual([])
      if (!isLast) await leave(page, stage)
      isLeft = !isLast
    } finally {
      context.off("weberror", onError)
      // A visit that fails leaves no page to the next.
      if (isLeft) idle.push(page)
      else await context.close()
    }
  }
}
