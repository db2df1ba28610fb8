// Each function runs in the page by itself, so none may use anything outside it.

/** Counts the requests that the page has sent and those whose responses have not come whole. */
export function watchFetch(): void {
  const { fetch } = window
  const counts = { sent: 0, open: 0 }
  Object.assign(window, { authIntentRequests: counts })
  window.fetch = async (input, init) => {
    if (init?.method !== "POST") return fetch(input, init)
    counts.sent += 1
    counts.open += 1
    let isOpen = true
    const close = () => {
      if (isOpen) counts.open -= 1
      isOpen = false
    }
    init.signal?.addEventListener("abort", close)
    try {
      const response = await fetch(input, init)
      await response.clone().arrayBuffer()
      return response
    } finally {
      close()
    }
  }
}

/** Types a text as a person does: over what is there. */
export function type(field: HTMLElement, text: string): void {
  if (!field.checkVisibility({ visibilityProperty: true })) throw new Error("A field to fill in is not visible")
  field.focus()
  if (field instanceof HTMLSelectElement) {
    field.value = text
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }))
  } else {
    if (field instanceof HTMLInputElement) field.select()
    document.execCommand(text ? "insertText" : "delete", false, text)
  }
}

/** Presses a button, where a person could: nothing may lie over its middle. */
export function press(button: HTMLElement): void {
  if (!button.checkVisibility({ visibilityProperty: true })) throw new Error("A button to press is not visible")
  button.scrollIntoView({ block: "nearest" })
  const { x, y, width, height } = button.getBoundingClientRect()
  const root = button.getRootNode() as Document | ShadowRoot
  const hit = root.elementFromPoint(x + width / 2, y + height / 2)
  if (hit !== null && !button.contains(hit)) throw new Error(`A button to press lies under <${hit.localName}>`)
  button.click()
}

/** How an element shows: a button that is disabled, also by `aria-disabled`, is there and cannot be used. */
export type Presence = "absent" | "disabled" | "usable"

/** Reads how the first visible one of some elements shows. */
export function readPresence(elements: HTMLElement[]): Presence {
  const shown = elements.find((element) => element.checkVisibility({ visibilityProperty: true }))
  if (shown === undefined) return "absent"
  return shown.matches(":disabled, [aria-disabled=true]") ? "disabled" : "usable"
}

/** Forgets what the last scenario has saved. */
export function forget(): void {
  sessionStorage.clear()
  localStorage.clear()
}

/** Reads the counts after what has begun: timers stand still there, messages do not. */
export async function readCounts(): Promise<{ sent: number; open: number }> {
  const { port1, port2 } = new MessageChannel()
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((resolve) => {
      port1.onmessage = resolve
      port2.postMessage(undefined)
    })
  }
  port1.close()
  return (window as object as { authIntentRequests: { sent: number; open: number } }).authIntentRequests
}
