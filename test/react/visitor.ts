import type { BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core"
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

  async login(username: string, password = "correct horse"): Promise<void> {
    await this.send({ username, password })
  }

  async enterCode(code: string): Promise<void> {
    await this.field("Code").fill(code)
    await this.button("Continue").click()
  }

  async enterPhone(countryCode: string, number: string): Promise<void> {
    await this.field("Country").selectOption({ value: countryCode })
    await this.field("Number").fill(number)
    await this.button("Send me a code").click()
  }

  /** Moves the clock of the page and of the provider. */
  async pass(seconds: number): Promise<void> {
    this.relay.advance(seconds * 1000)
    await this.page.clock.runFor(seconds * 1000)
  }

  /** What the host was told, a line each. */
  async told(): Promise<string[]> {
    const text = (await this.page.locator("#told").textContent()) ?? ""
    return text.split("\n").filter(Boolean)
  }
}

export interface VisitOptions extends BrowserContextOptions {
  /** The page's query, say `dir=rtl`. */
  query?: string
  /** Whose clock the page has. A moved one knows nothing of how the person came. @default "moved" */
  clock?: "moved" | "system"
  /** The path of a script that is in each page, which a page's policy refuses later. */
  script?: string
}

let count = 0

/** Opens the page in a tab; tabs of one session share a provider. */
export async function openTab(
  context: BrowserContext,
  stage: Stage,
  session: string,
  { query = "", clock = "moved", script }: VisitOptions = {},
): Promise<Visitor> {
  const page = await context.newPage()
  if (script !== undefined) await page.addInitScript({ path: script })
  if (clock === "moved") await page.clock.install()
  await page.goto(`${stage.origin}/?session=${session}&${query}`)
  return new Visitor(page, stage.relayOf(session))
}

/** Opens the page in a browser of its own, plays there and closes it. A policy that was violated or an error fails it. */
export async function visit(
  stage: Stage,
  play: (visitor: Visitor, open: (query?: string) => Promise<Visitor>) => Promise<void>,
  options: VisitOptions = {},
): Promise<void> {
  const context = await stage.browser.newContext({ locale: "en-US", ...options })
  context.setDefaultTimeout(8_000)
  const faults: string[] = []
  context.on("weberror", (error) => faults.push(String(error.error())))
  context.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text())
  })
  count += 1
  const session = `s${count}`
  try {
    const open = (query = options.query ?? "") => openTab(context, stage, session, { ...options, query })
    await play(await open(), open)
  } catch (error) {
    if (faults.length > 0) throw new Error(`The page complained: ${faults.join("; ")}`, { cause: error })
    throw error
  } finally {
    await context.close()
  }
  if (faults.length > 0) throw new Error(`The page complained: ${faults.join("; ")}`)
}
