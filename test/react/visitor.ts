import type { BrowserContextOptions, ConsoleMessage, Locator, Page, WebError } from "playwright-core"
import { pass } from "../../src/testing/driven-page.ts"
import type { Stage } from "./stage.ts"

/** A person at a page with the form. */
export class Visitor {
  readonly page: Page
  readonly connect: Locator
  readonly relay: ReturnType<Stage["relayOf"]>

  constructor(page: Page, relay: ReturnType<Stage["relayOf"]>) {
    this.page = page
    this.relay = relay
    this.connect = page.locator(".ai-connect")
  }

  button(name: string): Locator {
    return this.connect.getByRole("button", { name, exact: true })
  }

  field(name: string): Locator {
    return this.connect.getByLabel(name, { exact: true })
  }

  /** Waits until the form says this as its title. */
  async reach(title: string): Promise<void> {
    await this.connect.getByRole("heading", { name: title, exact: true }).waitFor()
  }

  /** Waits until the form says this. */
  async read(text: string | RegExp): Promise<void> {
    await this.connect.getByText(text).first().waitFor()
  }

  get alert(): Locator {
    return this.connect.getByRole("alert")
  }

  /** Waits until the form shows a step of this kind. */
  async at(kind: string): Promise<void> {
    await this.page.locator(`.ai-connect[data-step=${kind}]`).waitFor()
  }

  async submit(): Promise<void> {
    await this.connect.locator("[type=submit]").click()
  }

  /** Fills in fields by their names and sends them. */
  async send(fields: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await this.connect.locator(`[name=${name}]`).fill(value)
    await this.submit()
  }

  /** Sends a username with a password, and waits for a step of the kind that it leads to, where one is given. */
  async login(username: string, kind?: string): Promise<void> {
    await this.send({ username, password: "correct horse" })
    if (kind !== undefined) await this.at(kind)
  }

  async enterCode(code: string): Promise<void> {
    await this.field("Code").fill(code)
    await this.button("Continue").click()
  }

  /** Enters the code that connects the account. */
  async connectBy(code: string): Promise<void> {
    await this.enterCode(code)
    await this.reach("Connected")
  }

  async enterPhone(countryCode: string, number: string): Promise<void> {
    await this.field("Country").selectOption({ value: countryCode })
    await this.field("Number").fill(number)
    await this.button("Send me a code").click()
  }

  /** Moves the clock of the page and of the provider. */
  async pass(seconds: number): Promise<void> {
    this.relay.advance(seconds * 1000)
    await pass(this.page.clock, seconds * 1000)
  }

  /** What the host was told, a line each. */
  async told(): Promise<string[]> {
    const text = (await this.page.locator("#told").textContent()) ?? ""
    return text.split("\n").filter(Boolean)
  }
}

type Media = Pick<BrowserContextOptions, "colorScheme" | "forcedColors">

export interface VisitOptions extends Media {
  /** The page's query, say `dir=rtl`. */
  query?: string
  /** @default 480 by 480, which is drawn sooner than a whole screen */
  viewport?: { width: number; height: number }
  /**
   * Whose clock the page has. A moved one knows nothing of how the person came; a page with the system's is one that
   * nobody has visited before. @default "moved"
   */
  clock?: "moved" | "system"
}

/** The pages of a stage that no visit uses now: a new one would load and compile all that it runs anew. */
const idle = new WeakMap<Stage, Page[]>()

async function openPage({ browser }: Stage): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US" })
  context.setDefaultTimeout(8_000)
  return context.newPage()
}

/** Leaves a page as a new one is: with nothing that is saved, held back, allowed or under a pointer, and no other tab. */
async function leave(page: Page, { origin }: Stage): Promise<void> {
  const context = page.context()
  for (const other of context.pages()) if (other !== page) await other.close()
  await page.unrouteAll({ behavior: "ignoreErrors" })
  await context.setOffline(false)
  await context.clearPermissions()
  await page.mouse.move(0, 0)
  await page.goto(`${origin}/nothing`)
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
}

let count = 0

type Play = (visitor: Visitor, open: () => Promise<Visitor>) => Promise<void>

/** Opens the page, plays there and leaves it; its tabs share a provider. A policy that was violated or an error fails it. */
export async function visit(stage: Stage, ...args: [play: Play] | [options: VisitOptions, play: Play]): Promise<void> {
  const [options, play] = args.length === 1 ? [{}, args[0]] : args
  const { query = "", viewport = { width: 480, height: 480 }, clock = "moved", ...media } = options
  const isMoved = clock === "moved"
  const page = (isMoved && idle.get(stage)?.pop()) || (await openPage(stage))
  const context = page.context()
  let isLeft = false
  const faults: string[] = []
  const onError = (error: WebError) => faults.push(String(error.error()))
  const onMessage = (message: ConsoleMessage) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text())
  }
  context.on("weberror", onError)
  context.on("console", onMessage)
  count += 1
  const session = `s${count}`
  const open = async (tab: Page) => {
    await tab.goto(`${stage.origin}/?session=${session}&${query}`)
    return new Visitor(tab, stage.relayOf(session))
  }
  try {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme: "light", forcedColors: "none", reducedMotion: "reduce", ...media })
    if (isMoved) {
      await page.clock.install()
      await page.clock.resume()
    }
    await play(await open(page), async () => open(await context.newPage()))
    if (isMoved) await leave(page, stage)
    isLeft = isMoved
  } catch (error) {
    if (faults.length > 0) throw new Error(`The page complained: ${faults.join("; ")}`, { cause: error })
    throw error
  } finally {
    context.off("weberror", onError)
    context.off("console", onMessage)
    // A visit that fails leaves no page to the next.
    if (isLeft) idle.set(stage, [...(idle.get(stage) ?? []), page])
    else await context.close()
  }
  if (faults.length > 0) throw new Error(`The page complained: ${faults.join("; ")}`)
}
