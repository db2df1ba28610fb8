import { describe, expect, it } from "vitest"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"

const url = "https://api.postpress.ai/v1/accounts/checkpoint"
const body = JSON.stringify({ provider: "INSTAGRAM", account_id: "a", code: "123456" })

// Every scenario plays its other responses, its failures and its list: see scenarios.test.ts.

describe("createScriptedFetch", () => {
  it("responds with a text as it is", async () => {
    const server = createScriptedFetch()
    const request = server.fetch(url, { body })
    server.respond({ status: 502, body: "<html>" })
    expect(await (await request).text()).toBe("<html>")
  })

  it("has what a Request holds, and forgets one that is aborted", async () => {
    const server = createScriptedFetch()
    const controller = new AbortController()
    const left = server.fetch(new Request(url, { method: "POST", body, signal: controller.signal }))
    await expect.poll(() => server.waiting).toBe(true)
    expect(server.sent).toMatchObject([{ operation: "solve", provider: "INSTAGRAM", kind: "code" }])
    controller.abort()
    await expect(left).rejects.toThrow("aborted")
  })

  it("reads the body of init before that of a Request, and forgets what was sent with a reset", async () => {
    const server = createScriptedFetch()
    server.note({ person: "code.submit", code: "123456" })
    server.fetch(new Request(url, { method: "POST", body: "{}" }), { body }).catch(() => {})
    expect(server.sent).toMatchObject([{ value: "<code 1>" }])
    server.reset()
    expect([server.waiting, server.sent]).toEqual([false, []])
    server.fetch(url, { body }).catch(() => {})
    expect(server.sent).toMatchObject([{ value: "<not what was entered>" }])
  })

  it("forgets a request that is aborted, before or after it was sent", async () => {
    const server = createScriptedFetch()
    await expect(server.fetch(url, { body, signal: AbortSignal.abort() })).rejects.toThrow("aborted")
    const controller = new AbortController()
    const left = server.fetch(url, { body, signal: controller.signal })
    const next = server.fetch(url, { body })
    controller.abort()
    await expect(left).rejects.toThrow("aborted")
    server.respond({ status: 200, body: "" })
    expect((await next).status).toBe(200)
    expect(server.waiting).toBe(false)
  })

  it.each([null, {}, { status: 200 }, { body: {} }, { status: 199, body: {} }, { status: 600, body: {} }])(
    "refuses a reply that is none: %j",
    (reply) => {
      expect(() => createScriptedFetch().respond(reply as never)).toThrow(
        "a fault, or a status from 200 to 599 with a body",
      )
    },
  )

  it.each([{ body: { id: 7n } }, { body: {}, headers: { "retry after": "1" } }])(
    "waits on after a reply that no response can be: %o",
    async (part) => {
      const server = createScriptedFetch()
      const request = server.fetch(url, { body })
      const reply = { status: 200, ...part } as never
      expect(() => server.respond(reply)).toThrow(expect.objectContaining({ code: "invalid_option" }))
      server.respond({ status: 200, body: "" })
      expect((await request).status).toBe(200)
    },
  )

  it.each([204, 304])("responds with a status that has no body: %i", async (status) => {
    const server = createScriptedFetch()
    const response = server.fetch(url, { body })
    server.respond({ status, body: {} })
    expect((await response).status).toBe(status)
  })

  it("throws when there is nothing to respond to", () => {
    expect(() => createScriptedFetch().respond({ status: 200, body: "" })).toThrow("no request has come")
  })

  it("distinguishes another value from what was entered", () => {
    const server = createScriptedFetch()
    server.note({ person: "code.submit", code: "999999" })
    server.fetch(url, { body }).catch(() => {})
    expect(server.sent).toMatchObject([{ value: "<not what was entered>" }])
  })
})
