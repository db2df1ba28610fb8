/**
 * Returns what a page keeps, by where: its address, its history, its name, its cookies and its storages. It runs in the page
 * by itself, so that it may use nothing outside it.
 */
export function readKept(): Record<string, string> {
  const read = (text: () => string) => {
    try {
      return text()
    } catch {
      // A frame may have no storage.
      return ""
    }
  }
  return {
    "its address": location.href,
    "its history": read(() => JSON.stringify(history.state)),
    "window.name": window.name,
    "a cookie": read(() => document.cookie),
    sessionStorage: read(() => Object.values(sessionStorage).join(" ")),
    localStorage: read(() => Object.values(localStorage).join(" ")),
  }
}
