import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import type { Observation } from "./driver.ts"

/** What is used of Playwright's `Locator`: it runs a function in the page, on the one element that it finds. */
export interface PageLocator {
  evaluate(run: (element: HTMLElement, text: string) => void, text: string): Promise<void>
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
}

/** Where things are on the page. */
export interface PageLocators {
  /** The address of the page; a function is called with the scenario's input. */
  url: string | ((input: AuthIntentVocabulary["input"]) => string)
  /** The requests of the transport, as a pattern of Playwright's. @default "**\/api/auth/**" */
  requests?: string
  username: PageLocator
  password: PageLocator
  /** The button that sends the credentials. */
  connect: PageLocator
  code: PageLocator
  /** The button that sends the code. */
  sendCode: PageLocator
  countryCode: PageLocator
  number: PageLocator
  /** The button that sends the phone number. */
  sendPhone: PageLocator
  approve: PageLocator
  switchMethod: PageLocator
  cancel: PageLocator
  /** Returns whatever the page shows of the step: a part that it leaves out is not compared. */
  observe(): Promise<Observation["step"]>
}
