/** Remembers the visible fields, and returns whether one was replaced since the last call. Runs in the page. */
export function trackFields(): boolean {
  const page = window as { trackedFields?: Element[] }
  const held = page.trackedFields
  const fields = [...document.querySelectorAll("input, select")].filter((field) => field.checkVisibility())
  page.trackedFields = fields
  return held?.length === fields.length && fields.some((field, at) => field !== held[at])
}

/**
 * Returns the texts that a page keeps, by place: its address, its history, its name, its cookies, its storages, its
 * document and its fields. The function runs alone in the page: it may use nothing outside itself.
 */
export function readKept() {
  const read = (text: () => string) => {
    try {
      return text()
    } catch {
      // A frame may have no storage.
      return ""
    }
  }
  return {
    "its document": document.documentElement.outerHTML,
    "a field": [...document.querySelectorAll("input")].map(({ value }) => value).join(" "),
    "its address": location.href,
    "its history": read(() => JSON.stringify(history.state)),
    "window.name": window.name,
    "a cookie": read(() => document.cookie),
    sessionStorage: read(() => Object.values(sessionStorage).join(" ")),
    localStorage: read(() => Object.values(localStorage).join(" ")),
  }
}
