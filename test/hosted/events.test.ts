import { beforeEach, describe, expect, test, vi } from "vitest"
import type { HostedAuthEvent } from "../../machines/hosted-auth.types.ts"
import { driveHostedAuth } from "./drive-hosted-auth.ts"
import { callback, deadline, type Place, places, url } from "./places.ts"

const events = {
  "link.request": { type: "link.request" },
  "callback.received": callback(),
  "return.success": { type: "return.success" },
  "return.failure": { type: "return.failure" },
  "intent.cancel": { type: "intent.cancel" },
} satisfies Record<HostedAuthEvent["type"], HostedAuthEvent>

type Type = keyof typeof events

/** Where each event leads, or `-` where it changes nothing. */
type Cell = "-" | Place["state"]

// biome-ignore format: a table
const table: Record<string, [Cell, Cell, Cell, Cell, Cell]> = {
  //                    request    callback     success       failure       cancel
  "idle":              ["linking", "-",         "-",          "-",          "failed"],
  "idle, refused":     ["linking", "-",         "-",          "-",          "failed"],
  "linking":           ["-",       "-",         "-",          "-",          "failed"],
  "linking again":     ["-",       "connected", "-",          "-",          "failed"],
  "redirected":        ["linking", "connected", "redirected", "redirected", "failed"],
  "back with success": ["linking", "connected", "redirected", "redirected", "failed"],
  "back with failure": ["linking", "connected", "redirected", "redirected", "failed"],
  "connected":         ["-",       "-",         "-",          "-",          "-"],
  "expired":           ["-",       "-",         "-",          "-",          "-"],
  "failed":            ["-",       "-",         "-",          "-",          "-"],
  "canceled":          ["-",       "-",         "-",          "-",          "-"],
}

async function at(place: Place) {
  const driven = driveHostedAuth()
  await place.arrive(driven)
  return driven
}

// XState warns at an event to an actor that is done.
beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

test("the table names every place", () => {
  expect(Object.keys(table)).toEqual(places.map(({ name }) => name))
})

describe.each(places)("$name", (place) => {
  const cells = (Object.keys(events) as Type[]).map((type, index) => ({
    type,
    cell: table[place.name]?.[index] ?? "-",
  }))

  test("is where its name says", async () => {
    const { actor, state } = await at(place)
    expect([state(), ...actor.getSnapshot().tags]).toEqual([place.state, place.tag])
  })

  test.each([
    ...cells.filter(({ cell }) => cell === "-").map(({ type }) => ({ title: type as string, event: events[type] })),
    { title: "an event that nobody knows", event: { type: "nobody.knows" } as unknown as HostedAuthEvent },
    { title: "a callback of another user", event: callback({ userId: "eve" }) },
    { title: "a callback of nobody", event: callback({ userId: undefined }) },
    { title: "a callback that does not say that it worked", event: callback({ status: "CREDENTIALS" }) },
  ])("$title changes nothing", async ({ event }) => {
    const { actor, clock, requests } = await at(place)
    const { value, context } = JSON.parse(JSON.stringify(actor.getSnapshot()))
    const before = [requests.length, requests.filter(({ signal }) => signal.aborted).length, clock.armed.length]
    expect(actor.getSnapshot().can(event)).toBe(false)
    actor.send(event)
    expect(JSON.parse(JSON.stringify(actor.getSnapshot()))).toMatchObject({ value, context })
    expect([requests.length, requests.filter(({ signal }) => signal.aborted).length, clock.armed.length]).toEqual(
      before,
    )
  })

  test.each(cells.filter(({ cell }) => cell !== "-"))("$type leads to $cell", async ({ type, cell }) => {
    const { actor, state } = await at(place)
    expect(actor.getSnapshot().can(events[type])).toBe(true)
    actor.send(events[type])
    expect(state()).toBe(cell)
  })
})

test.each(["linking", "linking again"])("a cancel while %s aborts the request", async (name) => {
  const place = places.find((each) => each.name === name) as Place
  const { actor, clock, output, request } = await at(place)
  actor.send(events["intent.cancel"])
  expect(request().signal.aborted).toBe(true)
  expect(output()).toMatchObject({ status: "failed", userId: "ada", failure: { type: "client/canceled" } })
  expect(clock.pending).toBe(0)
})

describe("a request for a link", () => {
  test.each([
    { providers: "*" } as const,
    { providers: "IMAP", userId: "ada" } as const,
    { providers: ["LINKEDIN", "GOOGLE"], userId: "ada", reconnectAccount: "acc_7" } as const,
  ])("asks for what the machine was given: %j", (input) => {
    const { actor, requests } = driveHostedAuth({ input })
    actor.send(events["link.request"])
    expect(requests.map((each) => each.input)).toEqual([input])
  })

  test("forgets what the last one met, and what came back from it", async () => {
    const driven = driveHostedAuth()
    await (places.find(({ name }) => name === "back with failure") as Place).arrive(driven)
    driven.actor.send(events["link.request"])
    expect(driven.context()).toMatchObject({ failure: undefined, returned: undefined, url, expiresAt: deadline })
  })
})
