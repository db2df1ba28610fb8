import { attempt } from "../attempt.ts"

type Listener = (text: string) => void

const methods = ["debug", "dir", "error", "info", "log", "table", "trace", "warn"] as const
const listeners = new Set<Listener>()
let restore = () => {}

/** Calls a listener with each text that is written to the console, until the returned function is called. */
export function watchConsole(listener: Listener): () => void {
  // All listeners share one patch: two patches could not be removed in any order.
  if (listeners.size === 0) restore = patchConsole()
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) restore()
  }
}

function patchConsole(): () => void {
  const patches = methods.map((method) => {
    const original = console[method]
    const patched = (...parts: unknown[]) => {
      const texts = parts.flatMap((part) => [attempt(() => `${part}`), attempt(() => JSON.stringify(part))])
      for (const listener of listeners) listener(texts.join(" "))
      Reflect.apply(original, console, parts)
    }
    console[method] = patched
    return { method, original, patched }
  })
  return () => {
    for (const { method, original, patched } of patches) {
      // A later patch stays: it calls this one.
      if (console[method] === patched) console[method] = original
    }
  }
}
