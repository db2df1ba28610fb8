import { vi } from "vitest"

/** Holds the timers of the running test, and clocks in `more`: only the test moves them. */
export function holdTimers(...more: "Date"[]): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", ...more] })
}
