/** Runs something, and returns how many of the timers that it has set run on. */
export async function countTimers(run: () => Promise<unknown>): Promise<number> {
  const { setTimeout, clearTimeout } = globalThis
  const running = new Set<unknown>()
  const watched = {
    setTimeout(call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) {
      const timer = setTimeout(() => {
        running.delete(timer)
        call(...args)
      }, ms)
      running.add(timer)
      return timer
    },
    clearTimeout(timer: ReturnType<typeof setTimeout>) {
      running.delete(timer)
      clearTimeout(timer)
    },
  }
  Object.assign(globalThis, watched)
  await run().finally(() => Object.assign(globalThis, { setTimeout, clearTimeout }))
  return running.size
}
