/**
 * Returns what a page keeps, by where: its address, its history, its name, its cookies, its storages and, once its
 * step is one after the credentials, its document and its fields. It runs in the page by itself, so that it may use nothing
 * outside it.
 */
export function readKept([kind]: string[]): Record<string, string> {
  const read = (text: () => string) => {
    try {
      return text()
    } catch {
      // A frame may have no storage.
      return ""
    }
  }
  // Until then they are in its fields, and a page may show these again.
  const isAccepted = kind !== "credentials" && kind !== "wait"
  return {
    ...(isAccepted && {
      "its document": document.documentElement.outerHTML,
      "a field": [...document.querySelectorAll("input")].map(({ value }) => value).join(" "),
    }),
    "its address": location.href,
    "its history": read(() => JSON.stringify(history.state)),
    "window.name": window.name,
    "a cookie": read(() => document.cookie),
    sessionStorage: read(() => Object.values(sessionStorage).join(" ")),
    localStorage: read(() => Object.values(localStorage).join(" ")),
  }
}
