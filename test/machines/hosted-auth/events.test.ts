import { describe, expect, test } from "vitest"
import { at, deadline, driveHosted, events, url } from "./places.ts"

test.each(["linking", "linking again", "finding"])("a cancel while %s aborts the request", async (name) => {
  const { actor, clock, inFlight, output } = await at(name)
  const [request] = inFlight()
  actor.send(events["intent.cancel"])
  expect(request?.signal.aborted).toBe(true)
  expect(output()).toMatchObject({ status: "failed", userId: "ada", failure: { type: "client/canceled" } })
  expect(clock.pending.length).toBe(0)
})

describe("a request for a link", () => {
  test.each([
    { providers: "*" } as const,
    { providers: "IMAP", userId: "ada" } as const,
    { providers: ["LINKEDIN", "GOOGLE"], userId: "ada", reconnectAccount: "acc_7" } as const,
  ])("asks for what the machine was given: %j", (input) => {
    const { actor, requests } = driveHosted(input)
    actor.send(events["link.request"])
    expect(requests.map((each) => [each.slot, each.input])).toStrictEqual([["createLink", input]])
  })

  test("forgets what the last one met, and what came back from it", async () => {
    const driven = await at("back with failure")
    driven.actor.send(events["link.request"])
    const { failure, returned, url: out, expiresAt } = driven.context()
    expect([failure, returned, out, expiresAt]).toEqual([undefined, undefined, url, deadline])
  })
})

test("the context holds nothing of its input but what it names", () => {
  const input = { providers: "*", userId: "ada", apiKey: "canary" } as const
  expect(JSON.stringify(driveHosted(input).context())).not.toContain("canary")
})
