import { describe, expect, it } from "vitest"
import { createScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"
import type { Reply, ScenarioStep } from "../../src/testing/scenario.ts"

const expectation: ScenarioStep["expect"] = {
  state: "idle",
  tags: [],
  requests: 0,
  step: { kind: "wait", canSwitchMethod: false, canApproveInApp: false, canCancel: true, attempts: 0 },
}

const script = (...replies: Reply[]) =>
  createScriptedFetch({
    steps: [
      { do: { person: "inApp.approve" }, expect: expectation },
      ...replies.map((reply) => ({ do: { server: reply }, expect: expectation })),
    ],
  })

const url = "https://api.postpress.ai/v1/accounts"

describe("createScriptedFetch", () => {
  it("answers as the scenario has it, in order, when it is told to", async () => {
    const server = script(
      { status: 202, body: { object: "Checkpoint" } },
      { status: 429, headers: { "Retry-After": "30" }, body: "<html>" },
    )
    const first = server.fetch(url)
    expect([server.waiting, server.requests]).toEqual([true, 1])
    server.answer()
    expect(server.waiting).toBe(false)
    expect(await (await first).json()).toEqual({ object: "Checkpoint" })

    const second = server.fetch(url)
    server.answer()
    const response = await second
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([429, "30", "<html>"])
    expect(server.requests).toBe(2)
  })

  it("breaks the connection where the scenario says so", async () => {
    const server = script({ fault: "no connection" })
    const request = server.fetch(url)
    server.answer()
    await expect(request).rejects.toThrow("fetch failed")
    expect(server.fault).toBe("no connection")
  })

  it("answers the last request, whatever became of the one before", async () => {
    const server = script({ status: 201, body: {} })
    const left = server.fetch(url).then(() => "answered")
    const next = server.fetch(url).then(() => "answered next")
    server.answer()
    expect([await Promise.race([left, next]), server.waiting, server.requests]).toEqual(["answered next", false, 2])
  })

  it("takes no request that was aborted before", async () => {
    const server = script()
    await expect(server.fetch(url, { signal: AbortSignal.abort() })).rejects.toThrow("aborted")
    expect(server.waiting).toBe(false)
  })

  it("forgets a request that is aborted", async () => {
    const server = script({ status: 201, body: {} })
    const controller = new AbortController()
    const left = server.fetch(url, { signal: controller.signal })
    controller.abort()
    await expect(left).rejects.toThrow("aborted")
    expect(server.waiting).toBe(false)

    const next = server.fetch(url)
    server.answer()
    expect((await next).status).toBe(201)
  })

  it("tells when it has nothing to answer, or nothing to answer with", () => {
    const server = script()
    expect(() => server.answer()).toThrow("no request has come")
    server.fetch(url)
    expect(() => server.answer()).toThrow("no answer left")
  })
})
