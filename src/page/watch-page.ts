/**
 * Watches a page; returns a function that stops this. A page that is left loses its requests without an error
 * (`onLeave`). A page that the browser shows again resumes its record (`onBack`). `onNews` is called when another tab
 * has written to the storage.
 */
export function watchPage(onLeave: () => void, onBack: () => void, onNews: () => void): () => void {
  const stopped = new AbortController()
  const listen = <Type extends keyof WindowEventMap>(type: Type, listener: (event: WindowEventMap[Type]) => void) =>
    globalThis.addEventListener?.(type, listener, { signal: stopped.signal })
  listen("pagehide", onLeave)
  listen("pageshow", ({ persisted }) => persisted && onBack())
  listen("storage", onNews)
  return () => stopped.abort()
}

/** Creates an alarm for a time in epoch ms by a clock. After a laptop's sleep, a plain timer would be late. */
export function createAlarm(now: () => number, ring: () => void): (at?: number) => void {
  let timer: ReturnType<typeof setInterval> | undefined
  return (at) => {
    clearInterval(timer)
    if (at !== undefined) timer = setInterval(() => at <= now() && ring(), 1000)
  }
}
