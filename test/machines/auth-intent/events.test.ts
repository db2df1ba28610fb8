import { beforeEach, describe, expect, test, vi } from "vitest"
import type { AuthIntentEvent } from "../../../machines/auth-intent.types.ts"
import { submitCode, switchMethod } from "../../../src/intent/events.ts"
import { Secret } from "../../../src/secret.ts"
import {
  at,
  connected,
  demanded,
  driveIntent,
  type Effect,
  type EventType,
  events,
  inAppPollInterval,
  places,
  poll,
  sent,
  waiting,
} from "./places.ts"

// XState warns of an event to an actor that has ended.
beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

test("the columns of the places name every event that there is, and every effect", () => {
  const columns = places.flatMap(({ accepts }) => Object.entries(accepts))
  expect(new Set(columns.map(([type]) => type))).toEqual(new Set(Object.keys(events)))
  const effects = ["credentials", "code", "phone", "inApp", "method", "takes", "ends"]
  expect(new Set(columns.map(([, effect]) => effect))).toEqual(new Set(effects))
})

describe.each(places)("$name", (place) => {
  const rows = (Object.keys(events) as EventType[]).map((type) => ({ type, effect: place.accepts[type] }))
  const having = (isWanted: (effect: Effect) => boolean) => rows.filter(({ effect }) => isWanted(effect))

  test("is where its name has it", async () => {
    const driven = await at(place)
    expect([driven.state(), ...driven.tags()]).toEqual([place.state, place.tag])
  })

  test.each([
    ...having((effect) => effect === undefined).map(({ type }) => ({ type: type as string, event: events[type]() })),
    { type: "nobody.knows", event: { type: "nobody.knows" } as unknown as AuthIntentEvent },
  ])("$type changes nothing", async ({ event }) => {
    const driven = await at(place)
    const before = driven.actor.getSnapshot()
    const { value, context } = structuredClone({ value: before.value, context: before.context })
    const armed = driven.clock.armed.length
    const calls = driven.requests.length
    const flying = driven.inFlight()

    expect(before.can(event)).toBe(false)
    driven.actor.send(event)

    const after = driven.actor.getSnapshot()
    expect([after.value, after.context]).toEqual([value, context])
    expect([driven.requests.length, driven.clock.armed.length]).toEqual([calls, armed])
    expect(driven.inFlight()).toEqual(flying)
  })

  test.each(having((effect) => effect !== undefined && effect !== "ends" && effect !== "takes"))(
    "$type sends $effect",
    async ({ type, effect }) => {
      const driven = await at(place)
      const calls = driven.requests.length
      const before = driven.context()
      const flying = driven.inFlight()

      expect(driven.actor.getSnapshot().can(events[type]())).toBe(true)
      driven.actor.send(events[type]())

      expect(driven.requests.length).toBe(calls + 1)
      expect(sent(driven)).toBe(effect)
      expect(driven.state()).toBe(effect === "credentials" ? "submitting" : "solving")
      for (const { signal } of flying) expect(signal.aborted).toBe(true)
      expect(driven.inFlight()).toEqual([driven.request()])
      const known = ({ checkpoint, expiresAt, attempts, accountId }: typeof before) => ({
        checkpoint,
        expiresAt,
        attempts,
        accountId,
      })
      expect(known(driven.context())).toEqual(known(before))
      const { failure, request } = driven.context()
      expect([failure, request]).toEqual([undefined, effect === "credentials" ? undefined : effect])
      // What was left may have been accepted.
      expect(driven.context().unanswered).toBe(flying.length > 0)
    },
  )

  test.each(having((effect) => effect === "ends"))("$type ends it at once", async ({ type }) => {
    const driven = await at(place)
    const { accountId } = driven.context()
    const flying = driven.inFlight()
    expect(flying.length).toBe(place.tag === "busy" ? 1 : 0)

    expect(driven.actor.getSnapshot().can(events[type]())).toBe(true)
    driven.actor.send(events[type]())

    expect(driven.state()).toBe("failed")
    expect(driven.output()).toEqual({
      status: "failed",
      provider: "INSTAGRAM",
      ...(accountId !== undefined && { accountId }),
      failure: { type: "client/canceled", status: 0, recovery: "restart" },
      ...(flying.length > 0 && { mayBeConnected: true }),
    })
    for (const { signal } of flying) expect(signal.aborted).toBe(true)
    expect([driven.inFlight(), driven.clock.pending.length]).toEqual([[], 0])
  })
})

test("an approval makes the question in flight the person's, once", async () => {
  const driven = await at(poll)
  const calls = driven.requests.length
  expect(driven.actor.getSnapshot().can(events["inApp.approve"]())).toBe(true)
  driven.actor.send(events["inApp.approve"]())
  expect([driven.state(), driven.context().request, driven.requests.length]).toEqual(["solving", "inApp", calls])
  expect(driven.request().signal.aborted).toBe(false)
  expect(driven.actor.getSnapshot().can(events["inApp.approve"]())).toBe(false)
})

describe("what is sent", () => {
  test("credentials go to the slot as the very secret that came", () => {
    const driven = driveIntent({ provider: "LINKEDIN" })
    const credentials = new Secret({ username: "ada", password: "pw" })
    driven.actor.send({ type: "credentials.submit", credentials })
    expect(driven.request().slot).toBe("submitCredentials")
    expect(driven.request().input).toStrictEqual({ provider: "LINKEDIN", credentials })
  })

  test.each([
    ["code.submit", "2FA", "code"],
    ["phone.submit", "PHONE_REGISTER", "phone"],
  ] as const)("%s goes with the account and the deadline, as the very secret that came", async (type, kind, name) => {
    const driven = driveIntent({ provider: "TWITTER" })
    driven.actor.send(events["credentials.submit"]())
    await driven.respond(demanded({ type: kind }, { at: 7, accountId: "acc_7" }))
    const event = events[type]()
    const secret = "code" in event ? event.code : event.phone
    driven.actor.send(event)
    expect(driven.request().slot).toBe("solveCheckpoint")
    expect(driven.request().input).toStrictEqual({
      provider: "TWITTER",
      accountId: "acc_7",
      expiresAt: 300_007,
      solution: { kind: name, secret },
    })
    expect((driven.request().input as { solution: { secret: unknown } }).solution.secret).toBe(secret)
  })

  test.each([
    ["inApp.approve", "inApp"],
    ["method.switch", "method"],
  ] as const)("%s goes with no secret", async (type, kind) => {
    const driven = driveIntent()
    driven.actor.send(events["credentials.submit"]())
    await driven.respond(demanded({ type: "IN_APP_VALIDATION" }))
    driven.actor.send(events[type]())
    expect(driven.request().input).toMatchObject({ accountId: "acc_1", solution: { kind } })
    expect(driven.request().input).not.toHaveProperty("solution.secret")
  })

  test("the latest account id is the one that a solution goes to", async () => {
    const driven = driveIntent()
    driven.actor.send(events["credentials.submit"]())
    await driven.respond(demanded({ type: "2FA" }, { accountId: "first" }))
    driven.actor.send(switchMethod())
    await driven.respond(demanded({ type: "OTP" }, { accountId: "second" }))
    driven.actor.send(submitCode("1"))
    expect(driven.request().input).toHaveProperty("accountId", "second")
    await driven.respond({ ...connected, accountId: "third" })
    expect(driven.output()).toMatchObject({ accountId: "third" })
  })
})

test.each(waiting)("an event that does not apply moves neither the poll nor the deadline: $name", async (place) => {
  const driven = await at(place)
  driven.clock.advance(inAppPollInterval - 1)
  driven.actor.send(events["credentials.submit"]())
  expect(driven.requests.length).toBe(1)
  driven.clock.advance(1)
  expect(driven.requests.length).toBe(place.name === "in-app" ? 2 : 1)
})
