/**
 * Returns where a page keeps one of these texts: in its address, in a cookie, or in a storage. It runs in the page by itself,
 * so that it may use nothing outside it.
 */
export function findKept(texts: string[]): string | undefined {
  const parts: [place: string, read: () => string][] = [
    ["its address", () => location.href],
    ["a cookie", () => document.cookie],
    ["sessionStorage", () => Object.values(sessionStorage).join(" ")],
    ["localStorage", () => Object.values(localStorage).join(" ")],
  ]
  const written = texts.flatMap((text) => [text, encodeURIComponent(text), `${new URLSearchParams({ text })}`.slice(5)])
  const keeps = ([, read]: (typeof parts)[number]) => {
    try {
      const kept = read()
      return written.some((text) => kept.includes(text))
    } catch {
      // A frame may have no storage.
      return false
    }
  }
  return parts.find(keeps)?.[0]
}
