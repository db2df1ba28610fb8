import { describe, expect, it } from "vitest"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"

const url = "https://api.postpress.ai/v1/accounts/checkpoint"
const body = JSON.stringify({ provider: "INSTAGRAM", account_id: "a", code: "123456" })

describe("createScriptedFetch", () => {
  it("responds when it is called, with what it is given", async () => {
    const server = createScriptedFetch()
    const request = server.fetch(url, { body })
    expect(server.waiting).toBe(true)
    server.respond({ status: 429, headers: { "Retry-After": "30" }, body: "<html>" })
    const response = await request
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([429, "30", "<html>"])
    expect(server.waiting).toBe(false)
  })

  it.each([
    ["no connection", undefined],
    ["nothing sent", { code: "ECONNREFUSED" }],
  ] as const)("fails with %s", async (fault, cause) => {
    const server = createScriptedFetch()
    const request = server.fetch(url, { body })
    server.respond({ fault })
    await expect(request).rejects.toMatchObject({ message: "fetch failed", ...(cause && { cause }) })
  })

  it("forgets a request that is aborted, before or after it was sent", async () => {
    const server = createScriptedFetch()
    await expect(server.fetch(url, { body, signal: AbortSignal.abort() })).rejects.toThrow("aborted")
    const controller = new AbortController()
    const left = server.fetch(url, { body, signal: controller.signal })
    controller.abort()
    await expect(left).rejects.toThrow("aborted")
    expect(server.waiting).toBe(false)
  })

  it.each([null, {}, { status: 200 }, { body: {} }])("refuses a reply that is none: %j", (reply) => {
    expect(() => createScriptedFetch().respond(reply as never)).toThrow("a fault, or a status with a body")
  })

  it("throws when there is nothing to respond to", () => {
    expect(() => createScriptedFetch().respond({ status: 200, body: "" })).toThrow("no request has come")
  })

  it.each([
    ["postpress", { provider: "INSTAGRAM", account_id: "a", code: "123456" }],
    ["the relay", { provider: "INSTAGRAM", token: "a", solution: { kind: "code", value: "123456" } }],
  ])("lists what was sent to %s, with a placeholder for what was entered", (_, sent) => {
    const server = createScriptedFetch()
    server.note({ person: "code.submit", code: "12 34-56" })
    server.fetch(url, { body: JSON.stringify(sent) }).catch(() => {})
    expect(server.sent).toEqual([
      { operation: "solve", provider: "INSTAGRAM", accountId: "a", kind: "code", value: "<code 1>" },
    ])
  })

  it("distinguishes another value from what was entered", () => {
    const server = createScriptedFetch()
    server.note({ person: "code.submit", code: "999999" })
    server.fetch(url, { body }).catch(() => {})
    expect(server.sent).toMatchObject([{ value: "<not what was entered>" }])
  })

  it("begins anew after a reset", () => {
    const server = createScriptedFetch()
    server.fetch(url, { body }).catch(() => {})
    server.reset()
    expect([server.waiting, server.sent]).toEqual([false, []])
  })
})
