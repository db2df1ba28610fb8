/** A page as a browser without JavaScript has it; `status` 303 is the way out of the wizard, to `url`. */
export interface Page {
  url: string
  status: number
  headers: Headers
  text: string
  title: string
  /** Why the last form was refused. */
  alert: string | undefined
  /** The fields that a person fills in, by label. */
  labels: string[]
  buttons: string[]
  /** Fills in fields by label, presses a button by its name, and returns the page that follows. */
  press(button: string, fields?: Record<string, string>): Promise<Page>
}

type Attributes = Record<string, string>

const plain = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .trim()

const readAttributes = (tag: string): Attributes =>
  Object.fromEntries([...tag.matchAll(/ ([a-z]+)(?:="([^"]*)")?/g)].map(([, name, value = ""]) => [name, plain(value)]))

/** What a pattern's first group matches, each time. */
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, group = ""]) => group)

/** Goes through pages by nothing but links and forms, over the given `fetch`. */
export function createBrowser(fetch: typeof globalThis.fetch = globalThis.fetch) {
  async function read(response: Response, url: string): Promise<Page> {
    const { status, headers } = response
    const text = await response.text()
    const labelled = [...text.matchAll(/<label>(.*?)<input( [^>]*)>/gs)].map(([, label = "", tag = ""]) => ({
      label: plain(label),
      name: readAttributes(tag)["name"] ?? "",
    }))
    const hidden = all(text, /<input( [^>]*type="hidden"[^>]*)>/g).map(readAttributes)
    const buttons = [...text.matchAll(/<button( [^>]*)>(.*?)<\/button>/gs)].map(([, tag = "", label = ""]) => ({
      ...readAttributes(tag),
      label: plain(label),
    })) as (Attributes & { label: string })[]

    return {
      url,
      status,
      headers,
      text,
      title: plain(all(text, /<title>(.*?)<\/title>/gs)[0] ?? ""),
      alert: all(text, /<p role="alert">(.*?)<\/p>/gs).map(plain)[0],
      labels: labelled.map(({ label }) => label),
      buttons: buttons.map(({ label }) => label),
      async press(label, fields = {}) {
        const button = buttons.find((each) => each.label === label)
        if (button === undefined)
          throw new Error(`There is no button ${label}, only ${buttons.map((each) => each.label)}`)
        const body = new URLSearchParams(hidden.map(({ name = "", value = "" }) => [name, value]))
        for (const [wanted, value] of Object.entries(fields)) {
          const field = labelled.find((each) => each.label === wanted)
          if (field === undefined) throw new Error(`There is no field ${wanted}`)
          body.append(field.name, value)
        }
        body.append(button["name"] ?? "", button["value"] ?? "")
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
