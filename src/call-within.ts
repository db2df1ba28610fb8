/** The error of a call that took too long or was aborted. */
export class TimeoutError extends Error {}

interface WithinOptions {
  /** Aborted when the caller no longer waits. */
  signal?: AbortSignal | undefined
  /** @default the platform's at the time of the call */
  timers?: Pick<typeof globalThis, "setTimeout" | "clearTimeout">
}

/**
 * Calls a function with a signal. The signal is aborted after a timeout in ms, or when the option `signal` is.
 * @throws TimeoutError, and what the function throws.
 */
export async function callWithin<Value>(
  timeout: number,
  call: (signal: AbortSignal) => Value,
  { signal, timers: { setTimeout, clearTimeout } = globalThis }: WithinOptions = {},
): Promise<Awaited<Value>> {
  const controller = new AbortController()
  const end = () => controller.abort()
  signal?.addEventListener("abort", end)
  const late = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(new TimeoutError(`it took more than ${timeout} ms`)))
  })
  const timer = setTimeout(end, timeout)
  if (signal?.aborted) end()
  try {
    return await Promise.race([(async () => call(controller.signal))(), late])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", end)
  }
}
