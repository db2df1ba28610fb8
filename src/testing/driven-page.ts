import { attempt } from "../attempt.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { DriverSetup, Locations } from "./in-page.ts"

/** The parts of Playwright's `Request` and `Route` that the driver uses. */
export interface PageRoute {
  request(): { headers(): Record<string, string>; method(): string; postData(): string | null; url(): string }
  fallback(): Promise<void>
  fulfill(response: { status: number; headers: Record<string, string>; body: string }): Promise<void>
  abort(code: string): Promise<void>
}

/** The parts of Playwright's `Page` that the driver uses. */
export interface DrivenPage {
  clock: {
    install(options: { time: number }): Promise<void>
    pauseAt(time: number): Promise<void>
    runFor(ms: number): Promise<void>
    fastForward(ms: number): Promise<void>
    setSystemTime(time: number): Promise<void>
  }
  addInitScript(script: (setup: DriverSetup) => void, setup?: DriverSetup): Promise<unknown>
  on(
    event: "console",
    listener: (said: { args(): { jsonValue(): Promise<unknown> }[]; text(): string }) => void,
  ): unknown
  on(event: "pageerror", listener: (error: Error) => void): unknown
  on(event: "request", listener: (request: ReturnType<PageRoute["request"]>) => void): unknown
  route(url: string, handler: (route: PageRoute) => Promise<void>): Promise<unknown>
  goto(url: string): Promise<unknown>
  reload(): Promise<unknown>
  evaluate<Result>(run: (args: string[]) => Result | Promise<Result>, args: string[]): Promise<Result>
}

/**
 * Locates a part of the page: a CSS selector, or a pattern of the text or the `aria-label` of a button (for an end: of
 * a heading). The text of an `<input>` button is its `value`. Open shadow roots are searched too.
 */
export type PageLocator = string | RegExp

/** The fields that a person fills, as CSS selectors. */
export interface PageFields {
  /** @default `[autocomplete=username]` */
  username: string
  /** @default `[autocomplete=current-password]` */
  password: string
  /** @default `[autocomplete=one-time-code]` */
  code: string
  /** @default `[autocomplete=tel-country-code]` */
  countryCode: string
  /** @default `[autocomplete=tel-national]` */
  number: string
}

/** The buttons that a person presses. */
export interface PageButtons {
  /** Sends the typed values. @default `[type=submit]` */
  submit: PageLocator
  /** Reports that the login is approved in the provider's app. @default whether it can be pressed is not compared */
  approve: PageLocator
  /** Requests another checkpoint. @default whether it can be pressed is not compared */
  switchMethod: PageLocator
  /** Cancels the login. */
  cancel: PageLocator
}

/** The locators of the ends. A login has failed if none matches, and a text shows. */
export interface PageEnds {
  connected: PageLocator
  expired: PageLocator
  mayBeConnected: PageLocator
}

/** The address of a page, and the locators of its parts. */
export interface PageLocators {
  /** The address of the page; a function is called with the scenario's input. */
  url: string | ((input: AuthIntentVocabulary["input"]) => string)
  /** The requests of the transport, as a Playwright pattern. @default "**\/api/auth/**" */
  requests?: string
  /** @default each by its `autocomplete` */
  fields?: Partial<PageFields>
  buttons: Pick<PageButtons, "cancel"> & Partial<PageButtons>
  /** @default how a login ended is not compared */
  ended?: PageEnds
  /** A CSS selector of the last try's failure, say `[role=alert]`. @default whether it shows is not compared */
  failure?: string
  /**
   * Waits until the page has loaded what it needs for a step, for example an imported route. Called before each look,
   * while the page's clock stands still: `page.waitForFunction(isReady, undefined, { polling: 20 })`.
   */
  ready?(): Promise<unknown>
}

/** The parts of a page, by their names. */
export type PagePart = keyof (PageFields & PageButtons & PageEnds) | "failure"

const headings = "h1, h2, h3, h4, h5, h6, [role=heading]"

/** Returns the location of every part of a page, as plain data. */
export function toLocations({ fields, buttons, ended, failure }: PageLocators): Locations {
  const parts = {
    username: "[autocomplete=username]",
    password: "[autocomplete=current-password]",
    code: "[autocomplete=one-time-code]",
    countryCode: "[autocomplete=tel-country-code]",
    number: "[autocomplete=tel-national]",
    submit: "[type=submit]",
    ...fields,
    ...buttons,
    ...(failure !== undefined && { failure }),
  }
  const toLocation =
    (texts: string) =>
    ([name, locator]: [string, PageLocator]) => {
      if (typeof locator === "string") return [name, { selector: locator }] as const
      const { source, flags } = locator
      return [name, { selector: texts, text: { source, flags } }] as const
    }
  return Object.fromEntries([
    ...Object.entries(parts).map(toLocation("button, [role=button], a[href], input[type=button], input[type=submit]")),
    ...Object.entries(ended ?? {}).map(toLocation(headings)),
  ])
}

/** Converts a Playwright pattern to a regular expression, by which the page recognizes the transport's requests. */
export function toPattern(glob: string): string {
  const parts: Record<string, string> = { "**": ".*", "*": "[^/]*", "{": "(?:", "}": ")", ",": "|" }
  return `${glob.replaceAll(/\*\*|\W/g, (part) => parts[part] ?? `\\${part}`)}$`
}

/** Reports each text that leaves a page, with its destination. `pattern` matches the requests with the login. */
export function listen(page: DrivenPage, pattern: string, report: (place: string, text: string) => void): void {
  const login = new RegExp(pattern)
  page.on("console", async (message) => {
    report("the console", message.text())
    // The text leaves out nested objects. A page that has closed returns no values.
    const values = await Promise.allSettled(message.args().map((each) => each.jsonValue()))
    report("the console", `${attempt(() => JSON.stringify(values))}`)
  })
  page.on("pageerror", ({ message }) => report("an error that it throws", message))
  page.on("request", (request) => {
    report("the address of a request", request.url())
    report("a header of a request", `${Object.values(request.headers())}`)
    const isLogin = request.method() === "POST" && login.test(request.url())
    if (!isLogin) report("the body of a request", request.postData() ?? "")
  })
}

/** The end of a long time that is played timer by timer, in ms. */
const lastSeconds = 5_000

/** Lets time pass. A page that shows each second is slow: a long time passes in one jump, except its last seconds. */
export async function pass(clock: DrivenPage["clock"], ms: number): Promise<void> {
  if (ms > 2 * lastSeconds) await clock.fastForward(ms - lastSeconds)
  await clock.runFor(ms > 2 * lastSeconds ? lastSeconds : ms)
}
