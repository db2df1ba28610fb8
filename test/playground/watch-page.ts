import type { BrowserContext, Page, Request } from "playwright-core"

/** Keeps all that a page shows, stores, prints and sends, as text by where it was. */
export class PageWatch {
  readonly #seen: [surface: string, text: string][] = []
  readonly #context: BrowserContext

  constructor(context: BrowserContext) {
    this.#context = context
    context.on("console", (message) => this.#keep("console", message.text()))
    context.on("weberror", (error) => this.#keep("error", String(error.error().stack)))
    context.on("request", (request) => this.#hear(request))
    context.on("response", async (response) => {
      this.#keep("headers of an answer", JSON.stringify(response.headers()))
      this.#keep("answer", await response.text().catch(() => ""))
    })
  }

  #keep(surface: string, text: string): void {
    this.#seen.push([surface, text])
  }

  #hear(request: Request): void {
    const { pathname } = new URL(request.url())
    this.#keep("address of a request", request.url())
    this.#keep("headers of a request", JSON.stringify(request.headers()))
    // What a person entered may go to the relay, and nowhere else.
    if (!pathname.startsWith("/api/auth/")) this.#keep("request", request.postData() ?? "")
  }

  /** Looks at what the page shows and stores now. */
  async look(page: Page): Promise<void> {
    const { html, text, stores, title } = await page.evaluate(() => ({
      html: document.documentElement.outerHTML,
      text: document.body.innerText,
      stores: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie]),
      title: document.title,
    }))
    this.#keep("document", html)
    this.#keep("text", text + title)
    this.#keep("storage", stores)
    this.#keep("address", page.url())
    this.#keep("cookies", JSON.stringify(await this.#context.cookies()))
  }

  /** The names of what `find` finds, with where that was. */
  find(find: (text: string) => string[]): string[] {
    return [...new Set(this.#seen.flatMap(([surface, text]) => find(text).map((name) => `${name} in ${surface}`)))]
  }

  /** Where something was seen at all. */
  get surfaces(): string[] {
    return [...new Set(this.#seen.flatMap(([surface, text]) => (text === "" ? [] : [surface])))].sort()
  }
}
