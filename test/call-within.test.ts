import { beforeEach, expect, it, vi } from "vitest"
import { callWithin, TimeoutError } from "../src/call-within.ts"

beforeEach(() => {
  vi.useFakeTimers()
})

it("a call that takes too long is rejected, with the time that it had, and its signal is aborted", async () => {
  const signals: AbortSignal[] = []
  const called = callWithin(250, (signal) => {
    signals.push(signal)
    return new Promise<never>(() => {})
  })
  const thrown = expect(called).rejects.toThrow(new TimeoutError("it took more than 250 ms"))
  vi.advanceTimersByTime(249)
  expect(signals).toMatchObject([{ aborted: false }])
  vi.advanceTimersByTime(1)
  expect(signals).toMatchObject([{ aborted: true }])
  await thrown
})

it("a call that has settled leaves no timer, and nothing at the signal of its caller", async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, "addEventListener")
  const removed = vi.spyOn(signal, "removeEventListener")
  expect(await callWithin(250, () => "done", { signal })).toBe("done")
  await expect(callWithin(250, () => Promise.reject(new Error("no")), { signal })).rejects.toThrow("no")
  expect(added).toHaveBeenCalledTimes(2)
  expect(removed.mock.calls).toEqual(added.mock.calls)
  expect(vi.getTimerCount()).toBe(0)
})

it("a signal that is none is refused at once, with no timer that would end the process later", async () => {
  await expect(callWithin(250, () => "done", { signal: new AbortController() as never })).rejects.toThrow(TypeError)
  expect(vi.getTimerCount()).toBe(0)
})
