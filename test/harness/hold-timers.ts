import { vi } from "vitest"

/** Holds the timers of the test that runs, and `more` of what tells the time, so that only it moves them. */
export function holdTimers(...more: "Date"[]): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", ...more] })
}
