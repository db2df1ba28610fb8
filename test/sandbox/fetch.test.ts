import { describe, expect, it, vi } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createClient } from "./client.ts"

const init = {
  method: "POST",
  headers: { "X-API-KEY": "sandbox", "Content-Type": "application/json; charset=utf-8" },
  body: JSON.stringify({ provider: "LINKEDIN", username: "ok", password: "correct horse" }),
}

describe("fetch", () => {
  it.each([
    ["a text", "https://api.postpress.ai/v1/accounts"],
    ["a URL", new URL("http://localhost:1/v1/accounts")],
    ["a Request", new Request("https://elsewhere.example/v1/accounts?trace=1", init)],
  ])("accepts %s, for any origin", async (_, input) => {
    const { status } = await createSandbox().fetch(input, input instanceof Request ? undefined : init)
    expect(status).toBe(201)
  })

  it("refuses a body that breaks off", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) })
    const streamed = { ...init, body, duplex: "half" }
    const { send } = createClient(createSandbox().fetch)
    expect((await send("/accounts", streamed)).short).toBe("400 errors/invalid_request")
  })

  it("refuses a relative URL, as the platform's does", async () => {
    await expect(createSandbox().fetch("/v1/accounts", init)).rejects.toThrow(TypeError)
  })

  it("sends nothing that is aborted before", async () => {
    const now = vi.fn(() => 0)
    const { fetch } = createSandbox({ clock: { now } })
    const signal = AbortSignal.abort(new Error("left"))
    await expect(fetch("https://a.example/v1/accounts", { ...init, signal })).rejects.toThrow("left")
    expect(now).not.toHaveBeenCalled()
    await fetch("https://a.example/v1/accounts", init)
    expect(now).toHaveBeenCalledOnce()
  })

  it("rejects what is aborted on the way", async () => {
    const controller = new AbortController()
    const response = createSandbox().fetch("https://a.example/v1/accounts", { ...init, signal: controller.signal })
    controller.abort(new Error("left"))
    await expect(response).rejects.toThrow("left")
  })

  it("responds with Problem Details when its own clock fails", async () => {
    const { login } = createClient(createSandbox({ clock: { now: () => expect.fail("no time") } }).fetch)
    const { short, text } = await login("2fa")
    expect(short).toBe("500 errors/unexpected_error")
    expect(text).not.toContain("no time")
  })

  it("goes by the system's time where its clock returns no number", async () => {
    const { fetch } = createSandbox({ clock: { now: () => Number.NaN } })
    const response = await fetch("https://a.example/v1/sandbox/advance", { ...init, body: '{"ms":0}' })
    expect(await response.json()).toMatchObject({ now: expect.any(Number) })
  })

  it("keeps each sandbox to itself", async () => {
    const [one, two] = [createClient(createSandbox().fetch), createClient(createSandbox().fetch)]
    const account = await one.login("2fa")
    expect((await two.solve(account, "123456")).short).toBe("403 errors/unknown_authentication_context")
  })
})
