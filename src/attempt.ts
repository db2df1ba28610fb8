/** Returns what a function returns, or `undefined` where it throws. */
export function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** What a call is rejected with that took too long. */
export class TimedOut extends Error {}

/** Calls a function with a signal that is aborted after a timeout in ms. @throws TimedOut, and whatever it throws. */
export async function callWithin<Value>(
  timeout: number,
  call: (signal: AbortSignal) => Value,
): Promise<Awaited<Value>> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort()
      reject(new TimedOut(`it took more than ${timeout} ms`))
    }, timeout)
  })
  try {
    return await Promise.race([(async () => call(controller.signal))(), late])
  } finally {
    clearTimeout(timer)
  }
}
