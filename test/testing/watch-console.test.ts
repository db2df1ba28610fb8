import { describe, expect, it, vi } from "vitest"
import { watchConsole } from "../../src/testing/watch-console.ts"

describe("watchConsole", () => {
  it("tells what is written, and passes it on", () => {
    const written = vi.spyOn(console, "info").mockReturnValue()
    const listener = vi.fn()
    const unwatch = watchConsole(listener)
    console.info("sent", { body: { code: "074123" } })
    unwatch()
    console.info("after")
    expect(listener.mock.calls).toEqual([[expect.stringContaining('{"code":"074123"}')]])
    expect(written.mock.calls).toEqual([["sent", { body: { code: "074123" } }], ["after"]])
  })

  it("leaves the console as it was where several watch at once", () => {
    const { ...before } = console
    const [first, second] = [watchConsole(vi.fn()), watchConsole(vi.fn())]
    first()
    second()
    expect({ ...console }).toEqual(before)
  })

  it("leaves a patch in place that came after its own", () => {
    const unwatch = watchConsole(vi.fn())
    const written = vi.spyOn(console, "warn").mockReturnValue()
    unwatch()
    console.warn("after")
    expect(written).toHaveBeenCalledWith("after")
  })

  it("tells of what can be written in one way alone", () => {
    vi.spyOn(console, "log").mockReturnValue()
    const listener = vi.fn()
    const unwatch = watchConsole(listener)
    console.log({ __proto__: null, code: "074123" }, Symbol("a"), 1n)
    unwatch()
    expect(listener.mock.calls).toEqual([[expect.stringMatching(/"074123".* 1/)]])
  })
})
