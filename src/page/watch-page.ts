/**
 * Watches what becomes of a page; returns what ends it. One that is left loses its requests without a word, and one that
 * comes back goes on from its record. There is news where the network or another tab has some.
 */
export function watchPage(onLeave: () => void, onBack: () => void, onNews: () => void): () => void {
  const stopped = new AbortController()
  const listen = <Type extends keyof WindowEventMap>(type: Type, listener: (event: WindowEventMap[Type]) => void) =>
    globalThis.addEventListener?.(type, listener, { signal: stopped.signal })
  listen("pagehide", onLeave)
  listen("pageshow", ({ persisted }) => persisted && onBack())
  for (const type of ["online", "offline", "storage"] as const) listen(type, onNews)
  return () => stopped.abort()
}
