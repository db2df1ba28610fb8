import type { Browser, BrowserContextOptions, ConsoleMessage, Page, WebError } from "playwright-core"

export interface WithPageOptions extends Pick<BrowserContextOptions, "colorScheme" | "forcedColors"> {
  viewport: { width: number; height: number }
  /** Whether the visit gets a new page and closes it, because its changes cannot be undone. @default false */
  isNew?: boolean
}

/** The idle pages of each browser: a new page would load and compile everything again. */
const idle = new WeakMap<Browser, Page[]>()

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US" })
  context.setDefaultTimeout(10_000)
  return context.newPage()
}

/** Resets a page: nothing saved, held back, allowed or under a pointer, and no other tab. */
async function clean(page: Page, origin: string): Promise<void> {
  const context = page.context()
  for (const other of context.pages()) if (other !== page) await other.close()
  for (const routed of [context, page]) await routed.unrouteAll({ behavior: "ignoreErrors" })
  await context.setOffline(false)
  await context.clearPermissions()
  await page.mouse.move(0, 0)
  await page.route("**/nothing", (route) => route.fulfill({ contentType: "text/html", body: "" }))
  await page.goto(`${origin}/nothing`)
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await context.clearCookies()
  await page.unrouteAll()
}

/** Calls a visit with a page as good as new. A violated policy or an error fails the visit. */
export async function withPage(
  place: { browser: Browser; origin: string },
  options: WithPageOptions,
  visit: (page: Page) => Promise<void>,
): Promise<void> {
  const { viewport, isNew = false, ...media } = options
  const pages = idle.get(place.browser) ?? []
  idle.set(place.browser, pages)
  const page = (!isNew && pages.pop()) || (await openPage(place.browser))
  const context = page.context()
  const faults: string[] = []
  const onError = (error: WebError) => faults.push(String(error.error()))
  const onMessage = (message: ConsoleMessage) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text())
  }
  context.on("weberror", onError)
  context.on("console", onMessage)
  let isClean = false
  try {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none", reducedMotion: "reduce", ...media })
    await visit(page)
    if (!isNew) await clean(page, place.origin)
    isClean = !isNew
  } catch (error) {
    if (faults.length > 0) throw new Error(`The page complained: ${faults.join("; ")}`, { cause: error })
    throw error
  } finally {
    context.off("weberror", onError)
    context.off("console", onMessage)
    // A failed visit does not pass its page on.
    if (isClean) pages.push(page)
    else await context.close()
  }
  if (faults.length > 0) throw new Error(`The page complained: ${faults.join("; ")}`)
}
