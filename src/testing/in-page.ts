// Each function runs alone in the page: none may use anything outside itself.

/** The state of an element. A disabled button, also one by `aria-disabled`, is visible and cannot be used. */
type Presence = "absent" | "disabled" | "usable"

/** How many requests a page has sent, and how many of them have no complete response. */
interface Counts {
  sent: number
  open: number
}

/** A look at the page: the counts before and after complete responses had their effect, and the state of each part. */
export interface Look extends Counts {
  before: Counts
  /** Where the page wanted to go. */
  leavesFor?: string
  shown: Record<string, Presence>
}

/** The locations of a page's parts: a CSS selector and, where several elements match, a pattern of the text. */
export type Locations = Record<string, { selector: string; text?: { source: string; flags: string } }>

/** The event before a page leaves its document, or gets a new address for the same document. */
interface Navigation extends Event {
  destination: { sameDocument: boolean; url: string }
}

/** The options of the driver in the page: the locations of the parts, and a pattern of the requests that count. */
export interface DriverSetup {
  locations: Locations
  requests: string
}

/** Installs the driver's part in the page, as `window.authIntentDriver`. */
export function installDriver({ locations, requests }: DriverSetup) {
  const { fetch } = window
  const counts = { sent: 0, open: 0 }
  window.fetch = async (input, init) => {
    const request = input instanceof Request ? input : undefined
    const method = init?.method ?? request?.method ?? "GET"
    const { href } = new URL(request?.url ?? `${input}`, document.baseURI)
    if (method.toUpperCase() !== "POST" || !new RegExp(requests).test(href)) return fetch(input, init)
    counts.sent += 1
    counts.open += 1
    try {
      const response = await fetch(input, init)
      await response.clone().arrayBuffer()
      return response
    } finally {
      counts.open -= 1
    }
  }

  // Stops a page from leaving at its login's end, which must still show. Some browsers do not have this API yet.
  const { navigation } = window as { navigation?: EventTarget }
  let leavesFor: string | undefined
  navigation?.addEventListener("navigate", (event) => {
    const { sameDocument, url } = (event as Navigation).destination
    if (sameDocument) return
    event.preventDefault()
    leavesFor = url
  })

  /** Returns the document and every open shadow root in it. */
  function rootsIn(root: Document | ShadowRoot): (Document | ShadowRoot)[] {
    const inner = [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? rootsIn(shadowRoot) : []))
    return [root, ...inner]
  }

  /** Whether an element is hidden from assistive technology: by a mark, a modal dialog elsewhere or its shadow host. */
  function isHidden(element: Element): boolean {
    const root = element.getRootNode() as Document | ShadowRoot
    const modals = [...root.querySelectorAll(":modal")]
    const isBehind = modals.length > 0 && !modals.some((modal) => modal.contains(element))
    const isMarked = element.closest("[aria-hidden=true], [inert]") !== null
    return isBehind || isMarked || ("host" in root && isHidden(root.host))
  }

  /** Returns the visible elements of a part. Elements hidden from assistive technology do not count. */
  function findAll(name: string, roots = rootsIn(document)): HTMLElement[] {
    // A part without a location matches nothing.
    const { selector = ":not(*)", text } = locations[name] ?? {}
    // A live region exists before it has a text.
    const isEmpty = (each: HTMLElement) => name === "failure" && !each.ariaLabel && each.innerText?.trim() === ""
    const pattern = text && new RegExp(text.source, text.flags)
    const textOf = (element: HTMLElement) =>
      (element.ariaLabel ?? (element instanceof HTMLInputElement ? element.value : element.textContent) ?? "").trim()
    return roots
      .flatMap((root) => [...root.querySelectorAll<HTMLElement>(selector)])
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => !isHidden(element) && !isEmpty(element) && (!pattern || pattern.test(textOf(element))))
  }

  function find(name: string): HTMLElement {
    const [element, ...others] = findAll(name)
    if (element === undefined || others.length > 0) {
      const { selector = "no given locator", text } = locations[name] ?? {}
      const where = `${selector}${text ? ` with the text /${text.source}/${text.flags}` : ""}`
      const count = element ? others.length + 1 : 0
      throw new Error(`One visible element was expected for "${name}", located at ${where}, and ${count} found`)
    }
    return element
  }

  /** Finds an element that a person can press or fill: only its own label may lie over its middle. */
  function findUncovered(name: string): HTMLElement {
    const element = find(name)
    if (element.matches(":disabled")) throw new Error(`"${name}" is disabled`)
    element.scrollIntoView({ block: "center", behavior: "instant" })
    const { x, y, width, height } = element.getBoundingClientRect()
    const root = element.getRootNode() as Document | ShadowRoot
    const hit = root.elementFromPoint(x + width / 2, y + height / 2)
    const { labels } = element as HTMLInputElement
    if (hit === null) throw new Error(`"${name}" lies outside the window, and cannot be scrolled to`)
    if ([element, ...(labels ?? [])].some((each) => each.contains(hit))) return element
    throw new Error(`"${name}" lies under ${(hit.cloneNode(false) as Element).outerHTML.slice(0, 200)}`)
  }

  const driver = {
    /** Looks at the page after its running work: timers stand still there, messages do not. */
    async look(): Promise<Look> {
      const { port1, port2 } = new MessageChannel()
      async function wait() {
        for (let turn = 0; turn < 4; turn += 1) {
          await new Promise((resolve) => {
            port1.onmessage = resolve
            port2.postMessage(undefined)
          })
        }
      }
      await wait()
      const before = { ...counts }
      await wait()
      port1.close()
      const roots = rootsIn(document)
      const presenceOf = ([element]: HTMLElement[]): Presence => {
        if (element === undefined) return "absent"
        return element.matches(":disabled, [disabled], [aria-disabled=true]") ? "disabled" : "usable"
      }
      const shown = Object.keys(locations).map((name) => [name, presenceOf(findAll(name, roots))])
      // A button that is disabled until its fields are filled can be used, unless the page waits for a response.
      const fields = ["username", "password", "code", "countryCode", "number"].flatMap((name) => findAll(name, roots))
      const isBlank = (field: HTMLElement) => (field as HTMLInputElement).value === ""
      const canBeFilled = fields.some((field) => field.matches(":read-write, select:enabled") && isBlank(field))
      if (presenceOf(findAll("submit", roots)) === "disabled" && counts.open === 0 && canBeFilled)
        shown.push(["submit", "usable"])
      const children = roots.flatMap((root) => [...root.children] as HTMLElement[])
      const text = presenceOf(children.filter(({ innerText = "" }) => innerText.trim()))
      return { before, ...counts, ...(leavesFor && { leavesFor }), shown: { ...Object.fromEntries(shown), text } }
    },

    /** Types a text as a person does, in place of the old text. */
    type(name: string, text: string) {
      const field = findUncovered(name)
      if ((field as HTMLInputElement).readOnly) throw new Error(`"${name}" cannot be typed into`)
      const masking = getComputedStyle(field).getPropertyValue("-webkit-text-security")
      if (name === "password" && masking === "none") throw new Error(`"${name}" shows what is typed`)
      field.focus()
      if (field instanceof HTMLSelectElement) {
        field.value = text
        if (field.value !== text) throw new Error(`The select for "${name}" has no option with the value "${text}"`)
        for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }))
      } else {
        if (field instanceof HTMLInputElement) field.select()
        document.execCommand(text ? "insertText" : "delete", false, text)
      }
    },

    press: (name: string) => findUncovered(name).click(),
  }
  Object.assign(window, { authIntentDriver: driver })
  return driver
}

/** Deletes what the last scenario has saved. */
export function forget(): void {
  sessionStorage.clear()
  localStorage.clear()
  // Otherwise the page could save again while the driver leaves it.
  Storage.prototype.setItem = () => {}
}

type PageWithDriver = typeof globalThis & { authIntentDriver: ReturnType<typeof installDriver> }

/** Looks at the page. */
export function look(): Promise<Look> {
  return (globalThis as PageWithDriver).authIntentDriver.look()
}

/** Types into a field, or presses a button where there is no text. */
export function act([name = "", text]: string[]): void {
  const { type, press } = (globalThis as PageWithDriver).authIntentDriver
  if (text === undefined) press(name)
  else type(name, text)
}
