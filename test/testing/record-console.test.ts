import { describe, expect, it, vi } from "vitest"
import { recordConsole } from "../../src/testing/record-console.ts"
import { createDeferred } from "../harness/deferred.ts"

describe("recordConsole", () => {
  it("returns what is written beside the result, and passes it on", async () => {
    const written = vi.spyOn(console, "info").mockReturnValue()
    const call = async () => console.info("sent", { body: { code: "074123" } })
    expect(await recordConsole(call)).toEqual([undefined, expect.stringContaining('{"code":"074123"}')])
    console.info("after")
    expect(written.mock.calls).toEqual([["sent", { body: { code: "074123" } }], ["after"]])
  })

  it("returns what can be written in one way alone", async () => {
    vi.spyOn(console, "log").mockReturnValue()
    const call = async () => console.log({ __proto__: null, code: "074123" }, Symbol("a"), 1n)
    expect(await recordConsole(call)).toEqual([undefined, expect.stringMatching(/"074123".* 1/)])
  })

  it("leaves the console as it was, once the last of several has ended", async () => {
    vi.spyOn(console, "info").mockReturnValue()
    const { ...before } = console
    const [first, second] = [createDeferred(), createDeferred()]
    const recorded = [first, second].map(({ promise }) => recordConsole(() => promise))
    first.resolve()
    expect(await recorded[0]).toEqual([undefined, ""])
    console.info("between")
    second.resolve()
    expect(await recorded[1]).toEqual([undefined, expect.stringContaining("between")])
    expect({ ...console }).toEqual(before)
  })

  it("leaves the console as it was where the call fails", async () => {
    const { ...before } = console
    await expect(recordConsole(() => Promise.reject(new Error("no response")))).rejects.toThrow("no response")
    expect({ ...console }).toEqual(before)
  })

  it("leaves a patch in place that came after its own", async () => {
    const written = vi.fn()
    await recordConsole(async () => vi.spyOn(console, "warn").mockImplementation(written))
    console.warn("after")
    expect(written).toHaveBeenCalledWith("after")
  })
})
