import { beforeEach, describe, expect, test, vi } from "vitest"
import { createActor, toPromise } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import {
  approveInApp,
  cancelIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "../../src/events.ts"
import { Secret } from "../../src/secret.ts"
import { type Driven, driveMachine } from "./drive-machine.ts"
import { goTo, inAppPollInterval, type Place, places } from "./places.ts"

const events = {
  "credentials.submit": () => submitCredentials({ username: "ada", password: "pw" }),
  "code.submit": () => submitCode("123456"),
  "phone.submit": () => submitPhone({ countryCode: "33", number: "0612345678" }),
  "inApp.approve": approveInApp,
  "method.switch": switchMethod,
  "intent.cancel": cancelIntent,
} satisfies Record<AuthIntentEvent["type"], () => AuthIntentEvent>

type Type = keyof typeof events

/** What each event makes the machine send, or `-` where it changes nothing; a cancel sends nothing and ends it. */
type Cell = "-" | "ends" | NonNullable<Place["sends"]>

const row = (...cells: [Cell, Cell, Cell, Cell, Cell, Cell]): Record<Type, Cell> => {
  const [credentials, code, phone, approve, another, cancel] = cells
  return {
    "credentials.submit": credentials,
    "code.submit": code,
    "phone.submit": phone,
    "inApp.approve": approve,
    "method.switch": another,
    "intent.cancel": cancel,
  }
}

// biome-ignore format: a table
const table: Record<string, Record<Type, Cell>> = {
  //                                               credentials    code    phone    approve     switch        cancel
  "idle":                                      row("credentials", "-",    "-",     "-",        "-",          "ends"),
  "submitting":                                row("-",           "-",    "-",     "-",        "-",          "ends"),
  "2FA":                                       row("-",           "code", "-",     "-",        "anotherWay", "ends"),
  "Messenger's 2FA":                           row("-",           "code", "-",     "approval", "anotherWay", "ends"),
  "OTP":                                       row("-",           "code", "-",     "-",        "anotherWay", "ends"),
  "in-app":                                    row("-",           "-",    "-",     "approval", "anotherWay", "ends"),
  "phone":                                     row("-",           "-",    "phone", "-",        "anotherWay", "ends"),
  "unknown type":                              row("-",           "code", "-",     "-",        "anotherWay", "ends"),
  "approvable unknown type":                   row("-",           "code", "-",     "approval", "anotherWay", "ends"),
  "solving 2FA by code":                       row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving Messenger's 2FA by code":           row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving OTP by code":                       row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving unknown type by code":              row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving approvable unknown type by code":   row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving phone by phone":                    row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving in-app by approval":                row("-",           "-",    "-",     "-",        "anotherWay", "ends"),
  "solving Messenger's 2FA by approval":       row("-",           "code", "-",     "-",        "anotherWay", "ends"),
  "solving approvable unknown type by approval": row("-",         "code", "-",     "-",        "anotherWay", "ends"),
  "solving in-app by a poll":                  row("-",           "-",    "-",     "-",        "anotherWay", "ends"),
  "solving 2FA by anotherWay":                 row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving Messenger's 2FA by anotherWay":     row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving OTP by anotherWay":                 row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving in-app by anotherWay":              row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving phone by anotherWay":               row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving unknown type by anotherWay":        row("-",           "-",    "-",     "-",        "-",          "ends"),
  "solving approvable unknown type by anotherWay": row("-",       "-",    "-",     "-",        "-",          "ends"),
  "connected":                                 row("-",           "-",    "-",     "-",        "-",          "-"),
  "expired":                                   row("-",           "-",    "-",     "-",        "-",          "-"),
  "failed":                                    row("-",           "-",    "-",     "-",        "-",          "-"),
  "canceled":                                  row("-",           "-",    "-",     "-",        "-",          "-"),
}

async function at(place: Place): Promise<Driven> {
  const driven = driveMachine({ inAppPollInterval })
  await goTo(place, driven)
  return driven
}

// XState warns at an event to an actor that is done.
beforeEach(() => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  return () => warn.mockRestore()
})

const inFlight = ({ requests }: Driven) => requests.filter(({ signal, settled }) => !signal.aborted && !settled())

test("the table names every place", () => {
  expect(Object.keys(table)).toEqual(places.map(({ name }) => name))
})

describe.each(places)("$name", (place) => {
  const cells = Object.entries(table[place.name] ?? {}) as [Type, Cell][]

  test.each(cells.filter(([, cell]) => cell === "-"))("%s changes nothing", async (type) => {
    const driven = await at(place)
    const before = driven.actor.getSnapshot()
    const { value, context } = structuredClone({ value: before.value, context: before.context })
    const asked = driven.requests.length
    const flying = inFlight(driven)
    const event = events[type]()

    expect(before.can(event)).toBe(false)
    driven.actor.send(event)

    const after = driven.actor.getSnapshot()
    expect(after.value).toEqual(value)
    expect(after.context).toEqual(context)
    expect(driven.requests.length).toBe(asked)
    expect(inFlight(driven)).toEqual(flying)
  })

  test.each(cells.filter(([, cell]) => cell !== "-" && cell !== "ends"))("%s sends %s", async (type, cell) => {
    const driven = await at(place)
    const asked = driven.requests.length
    const before = driven.context()
    const flying = inFlight(driven)
    const event = events[type]()

    expect(driven.actor.getSnapshot().can(event)).toBe(true)
    driven.actor.send(event)

    expect(driven.requests.length).toBe(asked + 1)
    expect(driven.sent()).toBe(cell)
    expect(driven.state()).toBe(cell === "credentials" ? "submitting" : "solving")
    for (const { signal } of flying) expect(signal.aborted).toBe(true)
    expect(inFlight(driven)).toEqual([driven.request()])
    const { checkpoint, expiresAt, attempts, accountId } = before
    expect(driven.context()).toMatchObject({ checkpoint, expiresAt, attempts, accountId, failure: undefined })
  })

  test.each(cells.filter(([, cell]) => cell === "ends"))("%s ends it at once", async (type) => {
    const driven = await at(place)
    const { accountId } = driven.context()
    const flying = inFlight(driven)
    expect(flying.length).toBe(place.tag === "busy" ? 1 : 0)

    expect(driven.actor.getSnapshot().can(events[type]())).toBe(true)
    driven.actor.send(events[type]())

    expect(driven.state()).toBe("failed")
    expect(driven.output()).toMatchObject({
      status: "failed",
      provider: "INSTAGRAM",
      failure: { type: "client/canceled", status: 0, recovery: "restart" },
    })
    expect(driven.output()).toHaveProperty("accountId", accountId)
    for (const { signal } of flying) expect(signal.aborted).toBe(true)
    expect(inFlight(driven)).toEqual([])
  })

  test("an event that nobody knows changes nothing", async () => {
    const driven = await at(place)
    const before = driven.actor.getSnapshot()
    const unknown = { type: "nobody.knows" } as unknown as AuthIntentEvent
    expect(before.can(unknown)).toBe(false)
    driven.actor.send(unknown)
    expect(driven.actor.getSnapshot().value).toEqual(before.value)
    expect(driven.actor.getSnapshot().context).toEqual(before.context)
  })
})

describe("what is sent", () => {
  test("credentials go to the slot as the very secret that came", () => {
    const driven = driveMachine({ provider: "LINKEDIN" })
    const credentials = new Secret({ username: "ada", password: "pw" })
    driven.actor.send({ type: "credentials.submit", credentials })
    expect(driven.request().slot).toBe("submitCredentials")
    expect(driven.request().input).toStrictEqual({ provider: "LINKEDIN", credentials })
  })

  test("a code goes with the account and the deadline, as the very secret that came", async () => {
    const driven = driveMachine({ provider: "TWITTER" })
    driven.actor.send(events["credentials.submit"]())
    await driven.answer({ kind: "checkpoint", at: 7, accountId: "acc_7", checkpoint: { type: "2FA" } })
    const code = new Secret("123456")
    driven.actor.send({ type: "code.submit", code })
    expect(driven.request().slot).toBe("solveCheckpoint")
    expect(driven.request().input).toMatchObject({ provider: "TWITTER", accountId: "acc_7", expiresAt: 300_007 })
    expect(driven.request().input).toHaveProperty("solution.kind", "code")
    expect(driven.request().input).toHaveProperty("solution.secret", code)
  })

  test("the latest account id is the one that is asked for", async () => {
    const driven = driveMachine()
    driven.actor.send(events["credentials.submit"]())
    await driven.answer({ kind: "checkpoint", accountId: "first", checkpoint: { type: "2FA" } })
    driven.actor.send(switchMethod())
    await driven.answer({ kind: "checkpoint", accountId: "second", checkpoint: { type: "OTP" } })
    driven.actor.send(submitCode("1"))
    expect(driven.request().input).toHaveProperty("accountId", "second")
  })
})

describe("an event that does not apply", () => {
  test.each(places.filter(({ state }) => state.startsWith("checkpoint")))(
    "moves neither the poll nor the deadline: $name",
    async (place) => {
      const driven = await at(place)
      driven.clock.increment(inAppPollInterval - 1)
      driven.actor.send(events["credentials.submit"]())
      expect(driven.requests.length).toBe(1)
      driven.clock.increment(1)
      expect(driven.requests.length).toBe(place.name === "in-app" ? 2 : 1)
    },
  )
})

test("an empty slot ends as unexpected and says on the inspector what is missing", async () => {
  const said: string[] = []
  const actor = createActor(authIntentMachine, {
    input: { provider: "INSTAGRAM" },
    inspect: (event) => {
      if (event.type === "@xstate.event" && "error" in event.event) said.push(String(event.event["error"]))
    },
  }).start()
  actor.send(events["credentials.submit"]())
  expect(await toPromise(actor)).toMatchObject({ status: "failed", failure: { type: "client/unexpected" } })
  expect(said.join()).toMatch(/provide/)
  expect(said.join()).toContain("submitCredentials")
})
