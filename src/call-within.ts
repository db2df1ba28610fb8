/** The error of a call that took too long, or is no longer waited for. */
export class TimeoutError extends Error {}

interface WithinOptions {
  /** Aborted when the call is no longer waited for. */
  signal?: AbortSignal | undefined
  /** @default the platform's, as they are by then */
  timers?: Pick<typeof globalThis, "setTimeout" | "clearTimeout">
}

/**
 * Calls a function with a signal that is aborted after a timeout in ms, or with the signal in its options.
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
