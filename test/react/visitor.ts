import type { Locator, Page } from "playwright-core"
import { pass } from "../../src/testing/driven-page.ts"
import { type WithPageOptions, withPage } from "../harness/with-page.ts"
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

  /** Waits until the form has this title. */
  async reach(title: string): Promise<void> {
    await this.connect.getByRole("heading", { name: title, exact: true }).waitFor()
  }

  /** Waits until the form shows this text. */
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

  /** Sends fields, and leaves this request and those after it without a response. */
  async sendUnanswered(fields: Record<string, string>): Promise<void> {
    await this.page.route("**/api/auth/**", () => {})
    await this.send(fields)
    await this.connect.locator("[aria-busy=true]").waitFor()
  }

  /** Sends a username with a password, and waits for a step of the given kind, if any. */
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

  /** Returns the reports to the host, a line each. */
  async reports(): Promise<string[]> {
    const text = (await this.page.locator("#reports").textContent()) ?? ""
    return text.split("\n").filter(Boolean)
  }
}

export interface VisitOptions extends Partial<Omit<WithPageOptions, "isNew">> {
  /** The page's query, say `dir=rtl`. */
  query?: string
  /**
   * The page's clock. A page with a moved clock does not know how the person came. With the system's clock it is a page
   * that nobody has visited before. @default "moved"
   */
  clock?: "moved" | "system"
}

let count = 0

type Play = (visitor: Visitor, open: () => Promise<Visitor>) => Promise<void>

/** Opens the page and plays there; its tabs share a provider. The default of 480 by 480 draws faster than a screen. */
export function visit(stage: Stage, ...args: [play: Play] | [options: VisitOptions, play: Play]): Promise<void> {
  const [options, play] = args.length === 1 ? [{}, args[0]] : args
  const { query = "", viewport = { width: 480, height: 480 }, clock = "moved", ...media } = options
  count += 1
  const session = `s${count}`
  const open = async (tab: Page) => {
    await tab.goto(`${stage.origin}/?session=${session}&${query}`)
    return new Visitor(tab, stage.relayOf(session))
  }
  return withPage(stage, { viewport, isNew: clock === "system", ...media }, async (page) => {
    if (clock === "moved") {
      await page.clock.install()
      await page.clock.resume()
    }
    await play(await open(page), async () => open(await page.context().newPage()))
  })
}
