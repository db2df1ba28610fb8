import { Window } from "happy-dom"

/** A page in a browser without JavaScript; `status` 303 is the way out of the wizard, to `url`. */
export interface Page {
  url: string
  status: number
  headers: Headers
  text: string
  title: string
  /** The reason for the refusal of the last form. */
  alert: string | undefined
  /** The fields for a person, by label. */
  labels: string[]
  buttons: string[]
  /** Fills in fields by label, presses a button by its name, and returns the next page. */
  press(button: string, fields?: Record<string, string>): Promise<Page>
}

const textOf = ({ textContent }: { textContent: string | null }) => textContent?.trim() ?? ""

/** Visits pages by links and forms alone, over the given `fetch`. */
export function createBrowser(fetch: typeof globalThis.fetch = globalThis.fetch) {
  async function read(response: Response, url: string): Promise<Page> {
    const { status, headers } = response
    const text = await response.text()
    const { DOMParser } = new Window()
    const document = new DOMParser().parseFromString(text, "text/html")
    const labels = [...document.querySelectorAll("label")]
    const buttons = [...document.querySelectorAll("button")]

    return {
      url,
      status,
      headers,
      text,
      title: textOf(document.querySelector("title") ?? { textContent: "" }),
      alert: [...document.querySelectorAll("[role=alert]")].map(textOf)[0],
      labels: labels.map(textOf),
      buttons: buttons.map(textOf),
      async press(label, fields = {}) {
        const button = buttons.find((each) => textOf(each) === label)
        if (button === undefined) throw new Error(`There is no button ${label}, only ${buttons.map(textOf)}`)
        const body = new URLSearchParams()
        for (const { type, name, value } of document.querySelectorAll("input")) {
          if (type === "hidden") body.append(name, value)
        }
        for (const [wanted, value] of Object.entries(fields)) {
          const field = labels.find((each) => textOf(each) === wanted)?.querySelector("input")
          if (!field) throw new Error(`There is no field ${wanted}`)
          body.append(field.name, value)
        }
        body.append(button.name, button.value)
        const response = await fetch(url, { method: "POST", body, redirect: "manual" })
        const location = response.headers.get("location")
        if (response.status !== 303 || location === null) return read(response, url)
        const next = new URL(location, url)
        return next.origin === new URL(url).origin ? visit(next.href) : read(response, next.href)
      },
    }
  }

  async function visit(url: string): Promise<Page> {
    return read(await fetch(url, { redirect: "manual" }), url)
  }

  return { visit }
}
