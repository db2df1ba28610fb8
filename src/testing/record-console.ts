import { attempt } from "../attempt.ts"

const methods = ["debug", "dir", "error", "info", "log", "table", "trace", "warn"] as const
const recordings = new Set<string[]>()
let restore = () => {}

/** Calls a function, and returns its result with the text of all that is written to the console meanwhile. */
export async function recordConsole<Result>(call: () => Promise<Result>): Promise<[result: Result, written: string]> {
  const recording: string[] = []
  // All recordings share one patch: two patches could not be removed in any order.
  if (recordings.size === 0) restore = patchConsole()
  recordings.add(recording)
  try {
    return [await call(), recording.join(" ")]
  } finally {
    recordings.delete(recording)
    if (recordings.size === 0) restore()
  }
}

function patchConsole(): () => void {
  const patches = methods.map((method) => {
    const original = console[method]
    const patched = (...parts: unknown[]) => {
      const texts = parts.flatMap((part) => [attempt(() => `${part}`), attempt(() => JSON.stringify(part))])
      for (const recording of recordings) recording.push(texts.join(" "))
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
