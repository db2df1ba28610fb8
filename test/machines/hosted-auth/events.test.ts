import { beforeEach, describe, expect, test, vi } from "vitest"
import type { HostedAuthEvent } from "../../../machines/hosted-auth.types.ts"
import { at, callback, deadline, driveHosted, events, places, url } from "./places.ts"

type EventType = keyof typeof events

// XState warns of an event to an actor that has ended.
beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

describe.each(places)("$name", ({ name, state, tag, accepts }) => {
  const types = Object.keys(events) as EventType[]

  test("is where its name has it", async () => {
    const driven = await at(name)
    expect([driven.state(), ...driven.tags()]).toEqual([state, tag])
  })

  test.each([
    ...types.filter((type) => !accepts[type]).map((type) => ({ title: type as string, event: events[type] })),
    { title: "an event that nobody knows", event: { type: "nobody.knows" } as unknown as HostedAuthEvent },
    { title: "a callback of another user", event: callback({ userId: "eve" }) },
    { title: "a callback without a user", event: callback({ userId: undefined }) },
    { title: "a callback that reports no connection", event: callback({ status: "CREDENTIALS" }) },
  ])("$title changes nothing", async ({ event }) => {
    const { actor, clock, inFlight, requests } = await at(name)
    const { value, context } = structuredClone({
      value: actor.getSnapshot().value,
      context: actor.getSnapshot().context,
    })
    const before = [requests.length, inFlight().length, clock.armed.length]
    expect(actor.getSnapshot().can(event)).toBe(false)
    actor.send(event)
    expect([actor.getSnapshot().value, actor.getSnapshot().context]).toEqual([value, context])
    expect([requests.length, inFlight().length, clock.armed.length]).toEqual(before)
  })

  test.each(types.filter((type) => accepts[type]))("%s is accepted", async (type) => {
    const driven = await at(name)
    expect(driven.actor.getSnapshot().can(events[type])).toBe(true)
    driven.actor.send(events[type])
    expect(driven.state()).toBe(accepts[type])
  })
})

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
