import { describe, expect, test } from "vitest"
import type { SavedIntent } from "../../../machines/auth-intent.types.ts"
import type { Failure } from "../../../machines/failures.ts"
import { cancelIntent, submitCode } from "../../../src/intent/events.ts"
import {
  at,
  badRequest,
  type Driven,
  deadline,
  demanded,
  driveIntent,
  failure,
  lifetime,
  network,
  overtaken,
  type Place,
  poll,
  reach,
  rejected,
  reload,
  restricted,
  solvings,
  submitting,
  timeout,
  unavailable,
  wrongSolution,
} from "./places.ts"

// What sets it is a column of the table in outcomes.test.ts.

const neverSent = { sent: false } as const
const busy = [submitting, ...solvings]
const isUnanswered = (driven: Driven) => driven.context().unanswered

/** Leads to a place, loses the response there, and sends the same again. */
async function lostAt(place: Place): Promise<Driven> {
  const driven = await at(place)
  await driven.respond(rejected(network))
  place.act(driven)
  expect(isUnanswered(driven)).toBe(true)
  return driven
}

const settling = { why: wrongSolution, settles: true }
const notSettling = [
  restricted,
  badRequest,
  timeout,
  overtaken,
  unavailable,
  failure(401, "errors/invalid_credentials", "correct"),
  failure(403, "errors/unknown_authentication_context", "restart"),
  failure(409, "errors/already_exists", "stop"),
  failure(500, "errors/authentication_intent_error", "restart"),
].map((why) => ({ why, settles: false }))

describe.each(solvings)("a lost response, $name", (place) => {
  test.each([settling, ...notSettling])("$why.status $why.type settles it: $settles", async ({ why, settles }) => {
    const driven = await lostAt(place)
    await driven.respond(rejected(why))
    expect(isUnanswered(driven)).toBe(!settles)
  })

  test("a checkpoint settles it", async () => {
    const driven = await lostAt(place)
    await driven.respond(demanded({ type: "OTP" }))
    expect(isUnanswered(driven)).toBe(false)
  })

  test("what was never sent neither settles nor sets it", async () => {
    const driven = await lostAt(place)
    await driven.respond(rejected(failure(0, "client/invalid_input", "correct"), neverSent))
    expect(isUnanswered(driven)).toBe(true)
    const other = await at(place)
    await other.respond(rejected(network, neverSent))
    expect(isUnanswered(other)).toBe(false)
  })

  test("a 408 neither settles nor sets it at the deadline, and sets it 1 ms before", async () => {
    for (const [moment, isSet] of [
      [deadline - 1, true],
      [deadline, false],
    ] as const) {
      const driven = await at(place)
      await driven.respond(rejected(timeout, { at: moment }))
      expect(isUnanswered(driven)).toBe(isSet)
    }
    const lost = await lostAt(place)
    await lost.respond(rejected(timeout, { at: deadline }))
    expect(lost.output()).toMatchObject({ status: "expired", mayBeConnected: true })
  })

  test("any other lost response is one at the deadline too", async () => {
    const driven = await at(place)
    await driven.respond(rejected(failure(504, "errors/request_timeout", "retry"), { at: deadline }))
    expect(driven.output()).toMatchObject({ status: "expired", mayBeConnected: true })
  })
})

describe("a lost response to credentials", () => {
  test.each([settling, ...notSettling])("$why.status $why.type does not settle it", async ({ why }) => {
    const driven = await lostAt(submitting)
    await driven.respond(rejected(why))
    expect(isUnanswered(driven)).toBe(true)
    if (driven.output()) expect(driven.output()).toMatchObject({ status: "failed", mayBeConnected: true })
  })

  test("a checkpoint settles it", async () => {
    const driven = await lostAt(submitting)
    await driven.respond(demanded({ type: "2FA" }))
    expect(isUnanswered(driven)).toBe(false)
  })
})

test("the 400 that ends the intent after a 408 settles it, as the intent is known to be gone", async () => {
  const driven = await reach({ type: "2FA" })
  driven.clock.advance(lifetime - 20_000)
  driven.actor.send(submitCode("1"))
  await driven.respond(rejected(timeout))
  expect(isUnanswered(driven)).toBe(true)
  driven.actor.send(submitCode("1"))
  await driven.respond(rejected(badRequest))
  expect(driven.output()).toEqual({
    status: "expired",
    provider: "INSTAGRAM",
    accountId: "acc_1",
    expiresAt: deadline,
    failure: badRequest,
  })
})

describe("through a reload", () => {
  test.each(busy)("a request in flight is unanswered, and shown as interrupted if a person's: $name", async (place) => {
    const driven = reload(await at(place))
    expect([driven.state(), isUnanswered(driven), driven.requests]).toEqual([place.from ?? "idle", true, []])
    const about = { credentials: "credentials", code: "code", phone: "phone", inApp: "approval", method: "method" }
    const interrupted: Partial<Failure> = {
      type: "client/interrupted",
      status: 0,
      recovery: "retry",
      about: about[place.sends ?? "credentials"] as never,
    }
    const isPoll = place.name === poll.name
    expect(driven.context().failure).toEqual(isPoll ? undefined : interrupted)
    expect(driven.context().failureBy).toBe(isPoll ? undefined : "person")
    driven.actor.send(cancelIntent())
    expect(driven.output()).toMatchObject({ status: "failed", mayBeConnected: true })
  })

  test.each(solvings)("a record that is past its deadline reports it: $name", async (place) => {
    const driven = await at(place)
    driven.clock.jump(lifetime)
    const again = reload(driven)
    expect(again.output()).toMatchObject({ status: "expired", accountId: "acc_1", mayBeConnected: true })
  })

  test("a record without the fact has no doubt", () => {
    const resume: SavedIntent = { version: 1, revision: 0, provider: "INSTAGRAM", state: "idle", attempts: 0 }
    expect(isUnanswered(driveIntent({ resume }))).toBe(false)
  })
})
