import { afterEach, vi } from "vitest"

/** Restores everything that a test has replaced: the next test may be in another file. */
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  // Last: a replaced function may be a held timer.
  vi.useRealTimers()
})
