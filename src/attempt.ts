/** Returns what a function returns, or `undefined` where it throws. */
export function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** What a call is rejected with that took too long, or is no longer waited for. */
export class TimedOut extends Error {}

/**
 * Calls a function with a signal that is aborted after a timeout in ms, or when `left` is aborted.
 * @throws TimedOut, and whatever it throws.
 */
export async function callWithin<Value>(
  timeout: number,
  call: (signal: AbortSignal) => Value,
  left?: AbortSignal,
): Promise<Awaited<Value>> {
  const controller = new AbortController()
  const { signal } = controller
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new TimedOut(`it took more than ${timeout} ms`)))
  })
  const end = () => controller.abort()
  const timer = setTimeout(end, timeout)
  left?.addEventListener("abort", end)
  try {
    return await Promise.race([(async () => call(signal))(), late])
  } finally {
    clearTimeout(timer)
    left?.removeEventListener("abort", end)
  }
}
