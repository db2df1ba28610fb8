import { afterEach, vi } from "vitest"

/** What a test has replaced is there again for the next one, which may be of another file. */
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  // Last: what was replaced may have been a timer that was held.
  vi.useRealTimers()
})
