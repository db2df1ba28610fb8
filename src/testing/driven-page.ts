import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { Observation } from "./driver.ts"

/** What is used of Playwright's `Locator`: it runs a function in the page, on the one element or on all that it finds. */
export interface PageLocator {
  evaluate(run: (element: HTMLElement, text: string) => void, text: string): Promise<void>
  evaluateAll<Result>(read: (elements: HTMLElement[]) => Result): Promise<Result>
}

/** What is used of Playwright's `Request` and `Route`. */
export interface PageRoute {
  request(): { postData(): string | null }
  fulfill(response: { status: number; headers: Record<string, string>; body: string }): Promise<void>
  abort(code: string): Promise<void>
}

/** What is used of Playwright's `Page`. */
export interface DrivenPage {
  clock: {
    install(options: { time: number }): Promise<void>
    pauseAt(time: number): Promise<void>
    runFor(ms: number): Promise<void>
    setSystemTime(time: number): Promise<void>
  }
  addInitScript(script: () => void): Promise<unknown>
  route(url: string, handler: (route: PageRoute) => Promise<void>): Promise<unknown>
  goto(url: string): Promise<unknown>
  reload(): Promise<unknown>
  evaluate<Result>(read: () => Result): Promise<Result>
  locator(selector: string): PageLocator
}

/** What a person types into. */
export interface PageFields {
  /** @default `[autocomplete=username]` */
  username: PageLocator
  /** @default `[autocomplete=current-password]` */
  password: PageLocator
  /** @default `[autocomplete=one-time-code]` */
  code: PageLocator
  /** @default `[autocomplete=tel-country-code]` */
  countryCode: PageLocator
  /** @default `[autocomplete=tel-national]` */
  number: PageLocator
}

/** Where things are on the page. */
export interface PageLocators {
  /** The address of the page; a function is called with the scenario's input. */
  url: string | ((input: AuthIntentVocabulary["input"]) => string)
  /** The requests of the transport, as a pattern of Playwright's. @default "**\/api/auth/**" */
  requests?: string
  /** @default each by its `autocomplete` */
  fields?: Partial<PageFields>
  /** What a person presses. `submit` sends what was typed. @default `[type=submit]` for `submit` */
  buttons: { submit?: PageLocator; approve: PageLocator; switchMethod: PageLocator; cancel: PageLocator }
  /** What shows at an end; where none of these shows it has failed. @default how it ended is not compared */
  ended?: { connected: PageLocator; expired: PageLocator; mayBeConnected: PageLocator }
  /**
   * Returns whatever the page shows of the step: a part that it leaves out is not compared.
   * @default what the locators find: the kind of the step, what can be pressed, and how it ended
   */
  observe?(): Promise<Observation["step"]>
}

/** Returns every field and button of a page. */
export function locate(page: DrivenPage, { fields, buttons }: PageLocators) {
  const field = (autocomplete: string) => page.locator(`[autocomplete=${autocomplete}]`)
  return {
    username: field("username"),
    password: field("current-password"),
    code: field("one-time-code"),
    countryCode: field("tel-country-code"),
    number: field("tel-national"),
    submit: page.locator("[type=submit]"),
    ...fields,
    ...buttons,
  }
}
