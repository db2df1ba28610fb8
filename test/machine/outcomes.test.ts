import { describe, expect, test } from "vitest"
import type { Failure } from "../../machines/auth-intent.types.ts"
import { cancelIntent, submitCode, switchMethod } from "../../src/events.ts"
import { Secret } from "../../src/secret.ts"
import type { Answer } from "../../src/transports/auth-transport.ts"
import { type Driven, driveMachine, type HandRequest } from "./drive-machine.ts"
import {
  checkpoints,
  deadline,
  goTo,
  inAppPollInterval,
  type Place,
  places,
  restricted,
  solvings,
  submitting,
} from "./places.ts"

const failure = (status: number, type: string, recovery: Failure["recovery"]): Failure => ({
  type,
  status,
  title: `Title of ${type}`,
  detail: "A detail",
  instance: "req_1",
  recovery,
})

const wrongSolution = failure(401, "errors/invalid_checkpoint_solution", "correct")
const timeout = failure(408, "errors/request_timeout", "retry")
const badRequest = failure(400, "errors/invalid_parameters", "correct")
const network = failure(0, "client/network", "retry")

/** What each kind of request does with a rejection before the deadline: `shown` and `quiet` go back to where it came from. */
type Cell = "shown" | "counted" | "quiet" | "failed"
type Row = [Failure, Record<NonNullable<Place["sends"]>, Cell>]

const row = (credentials: Cell, code: Cell, phone: Cell, approval: Cell, anotherWay: Cell): Row[1] => ({
  credentials,
  code,
  phone,
  approval,
  anotherWay,
})

// biome-ignore format: a table
const rejections: Row[] = [
  //                                                                     credentials  code       phone      approval  another way
  [badRequest,                                                       row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(400, "errors/too_many_characters", "correct"),            row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(400, "client/invalid_response", "correct"),               row("shown",    "shown",   "shown",   "shown",  "shown")],
  [wrongSolution,                                                    row("shown",    "counted", "counted", "quiet",  "shown")],
  [failure(401, "errors/invalid_credentials", "correct"),            row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(401, "errors/invalid_api_key", "stop"),                   row("failed",   "failed",  "failed",  "failed", "failed")],
  [restricted,                                                       row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(403, "errors/session_mismatch", "restart"),               row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(407, "errors/proxy_auth_error", "retry"),                 row("shown",    "shown",   "shown",   "shown",  "shown")],
  [timeout,                                                          row("shown",    "shown",   "shown",   "quiet",  "shown")],
  [failure(408, "errors/nobody_has_seen_this", "retry"),             row("shown",    "shown",   "shown",   "quiet",  "shown")],
  [failure(409, "errors/operation_canceled", "restart"),             row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(409, "errors/already_exists", "stop"),                    row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(422, "errors/nobody_has_seen_this", "correct"),           row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(429, "errors/nobody_has_seen_this", "retry"),             row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(500, "errors/provider_error", "retry"),                   row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(500, "errors/authentication_intent_error", "restart"),    row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(503, "errors/service_unavailable", "retry"),              row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(504, "errors/request_timeout", "retry"),                  row("shown",    "shown",   "shown",   "quiet",  "shown")],
  [network,                                                          row("shown",    "shown",   "shown",   "quiet",  "shown")],
  [failure(0, "client/timeout", "retry"),                            row("shown",    "shown",   "shown",   "quiet",  "shown")],
  [failure(0, "client/invalid_input", "correct"),                    row("shown",    "shown",   "shown",   "shown",  "shown")],
  [failure(0, "client/invalid_session", "restart"),                  row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(0, "client/second_factor_required", "stop"),              row("failed",   "failed",  "failed",  "failed", "failed")],
  [failure(200, "client/invalid_response", "retry"),                 row("shown",    "shown",   "shown",   "shown",  "shown")],
]

const busy = [submitting, ...solvings]

const named = ({ status, type, recovery }: Failure) => `${status} ${type} (${recovery})`

async function at(place: Place): Promise<Driven> {
  const driven = driveMachine({ inAppPollInterval })
  await goTo(place, driven)
  return driven
}

/** Everything but what the row says must be as it was. */
const unmoved = ({ checkpoint, expiresAt, accountId, provider }: ReturnType<Driven["context"]>) => ({
  checkpoint,
  expiresAt,
  accountId,
  provider,
})

describe.each(busy)("$name", (place) => {
  const sends = place.sends ?? "credentials"
  const back = place.from ?? "idle"

  test("is busy with exactly one request", async () => {
    const driven = await at(place)
    expect(driven.state()).toBe(place.state)
    expect(driven.sent()).toBe(sends)
    expect(driven.context()).toMatchObject({ attempts: 0, timedOut: false, failure: undefined })
    expect(driven.requests.filter(({ signal }) => !signal.aborted).at(-1)).toBe(driven.request())
  })

  test.each(rejections.map(([why, cells]) => ({ title: named(why), why, cell: cells[sends] })))(
    "answers $title: $cell",
    async ({ why, cell }) => {
      const driven = await at(place)
      const before = driven.context()
      await driven.answer({ kind: "rejected", failure: why })

      expect(unmoved(driven.context())).toEqual(unmoved(before))
      expect(driven.context().attempts).toBe(cell === "counted" ? 1 : 0)
      if (cell === "failed") {
        expect(driven.state()).toBe("failed")
        const { provider, accountId } = before
        expect(driven.output()).toEqual({ status: "failed", provider, accountId, failure: why })
        return
      }
      expect(driven.state()).toBe(back)
      expect(driven.output()).toBeUndefined()
      expect(driven.context().solution).toBeUndefined()
      expect(driven.context().failure).toEqual(cell === "quiet" ? undefined : why)
      expect(driven.context().timedOut).toBe(sends !== "credentials" && why.status === 408)
      expect(driven.requests.length).toBe(sends === "credentials" ? 1 : 2)
    },
  )

  test("connected ends it, and the session passes by the context", async () => {
    const driven = await at(place)
    const session = new Secret("s3ss10n")
    await driven.answer({ kind: "connected", accountId: "acc_9", session })
    expect(driven.state()).toBe("connected")
    expect(driven.output()).toEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_9", session })
    expect(driven.context().accountId).toBe("acc_9")
    expect(Object.values(driven.context())).not.toContain(session)
  })

  test("connected without a session has none in its output", async () => {
    const driven = await at(place)
    await driven.answer({ kind: "connected", accountId: "acc_9" })
    expect(driven.output()).toStrictEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_9" })
  })

  test.each(checkpoints)("a checkpoint leads to it: $name", async ({ state, checkpoint }) => {
    const driven = await at(place)
    const arrived = driven.clock.now()
    await driven.answer({ kind: "checkpoint", accountId: "acc_2", checkpoint })
    expect(driven.state()).toBe(state)
    expect(driven.context()).toMatchObject({
      accountId: "acc_2",
      checkpoint,
      attempts: 0,
      failure: undefined,
      timedOut: false,
      expiresAt: sends === "credentials" ? arrived + 300_000 : deadline,
    })
  })

  test("an actor that rejects fails it as unexpected, and its error goes nowhere", async () => {
    const driven = await at(place)
    await driven.request().fail(new Error("the error of a stranger"))
    expect(driven.state()).toBe("failed")
    expect(driven.output()).toMatchObject({
      status: "failed",
      failure: { type: "client/unexpected", status: 0, recovery: "restart" },
    })
    expect(JSON.stringify(driven.actor.getPersistedSnapshot())).not.toContain("stranger")
  })
})

describe("a checkpoint answered with credentials", () => {
  test("clears what the last try showed", async () => {
    const driven = await at(submitting)
    await driven.answer({ kind: "rejected", failure: badRequest })
    expect(driven.context().failure).toEqual(badRequest)
    submitting.arrive(driven)
    expect(driven.context().failure).toBeUndefined()
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "OTP" } })
    expect(driven.context().failure).toBeUndefined()
  })

  test("gives the intent its own lifetime, counted from when it arrived", async () => {
    const driven = driveMachine({ intentLifetime: 60_000 })
    await goTo(submitting, driven)
    await driven.answer({ kind: "checkpoint", at: 1_000_123, accountId: "a", checkpoint: { type: "2FA" } })
    expect(driven.context().expiresAt).toBe(1_060_123)
  })

  test.each([
    ["408", timeout],
    ["400 after it", badRequest],
  ])("a %s while submitting is no sign that an intent is over", async (_, why) => {
    const driven = await at(submitting)
    await driven.answer({ kind: "rejected", failure: timeout })
    submitting.arrive(driven)
    await driven.answer({ kind: "rejected", failure: why })
    expect(driven.state()).toBe("idle")
    expect(driven.context().timedOut).toBe(false)
  })
})

describe.each(solvings)("$name, near the deadline", (place) => {
  const sends = place.sends ?? "code"
  const moments = [
    ["1 ms before", deadline - 1],
    ["at", deadline],
    ["1 ms after", deadline + 1],
  ] as const

  describe.each(moments)("%s it", (_, moment) => {
    const late = moment >= deadline

    test.each(rejections.map(([why, cells]) => ({ title: named(why), why, cell: cells[sends] })))(
      "answers $title",
      async ({ why, cell }) => {
        const driven = await at(place)
        driven.clock.set(moment)
        await driven.answer({ kind: "rejected", failure: why })
        if (cell === "failed") expect(driven.state()).toBe("failed")
        else if (late) {
          expect(driven.state()).toBe("expired")
          expect(driven.output()).toMatchObject({
            status: "expired",
            provider: "INSTAGRAM",
            accountId: "acc_1",
            expiresAt: deadline,
          })
        } else expect(driven.state()).toBe(place.from)
      },
    )

    test.each(checkpoints)("a checkpoint arrives: $name", async ({ checkpoint, state }) => {
      const driven = await at(place)
      driven.clock.set(moment)
      await driven.answer({ kind: "checkpoint", accountId: "acc_2", checkpoint })
      expect(driven.state()).toBe(late ? "expired" : state)
      expect(driven.context().expiresAt).toBe(deadline)
    })

    test("connected is connected", async () => {
      const driven = await at(place)
      driven.clock.set(moment)
      await driven.answer({ kind: "connected", accountId: "acc_2" })
      expect(driven.output()).toMatchObject({ status: "connected", accountId: "acc_2" })
    })
  })
})

describe.each(solvings)("$name, once a 408 came in time", (place) => {
  /** Asks, hears 408, and asks again. */
  async function timedOut() {
    const driven = await at(place)
    await driven.answer({ kind: "rejected", failure: timeout })
    expect(driven.context().timedOut).toBe(true)
    place.act(driven)
    expect(driven.state()).toBe("solving")
    expect(driven.context().timedOut).toBe(true)
    return driven
  }

  test.each(rejections.map(([why, cells]) => ({ title: named(why), why, cell: cells[place.sends ?? "code"] })))(
    "answers $title",
    async ({ why, cell }) => {
      const driven = await timedOut()
      await driven.answer({ kind: "rejected", failure: why })
      if (why.status === 400) {
        expect(driven.state()).toBe("expired")
        expect(driven.output()).toMatchObject({ status: "expired", accountId: "acc_1", expiresAt: deadline })
      } else if (cell === "failed") {
        expect(driven.state()).toBe("failed")
      } else {
        expect(driven.state()).toBe(place.from)
        // No answer came where the status is 0, so nothing is known better.
        expect(driven.context().timedOut).toBe(why.status === 408 || why.status === 0)
      }
    },
  )

  test("a checkpoint proves that the intent lives", async () => {
    const driven = await timedOut()
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "OTP" } })
    expect(driven.context().timedOut).toBe(false)
    driven.actor.send(submitCode("1"))
    await driven.answer({ kind: "rejected", failure: badRequest })
    expect(driven.state()).toBe("checkpoint.otp")
  })

  test("connected is connected", async () => {
    const driven = await timedOut()
    await driven.answer({ kind: "connected", accountId: "acc_1" })
    expect(driven.state()).toBe("connected")
  })

  test("an answer between the two clears it", async () => {
    const driven = await timedOut()
    await driven.answer({ kind: "rejected", failure: failure(503, "errors/no_channel", "retry") })
    place.act(driven)
    await driven.answer({ kind: "rejected", failure: badRequest })
    expect(driven.state()).toBe(place.from)
  })

  test("a lost connection between the two does not", async () => {
    const driven = await timedOut()
    await driven.answer({ kind: "rejected", failure: network })
    place.act(driven)
    await driven.answer({ kind: "rejected", failure: badRequest })
    expect(driven.state()).toBe("expired")
  })
})

describe("attempts", () => {
  test("count wrong codes and phone numbers over all checkpoints, and nothing resets them", async () => {
    const driven = driveMachine()
    const phone = solvings.find(({ sends }) => sends === "phone")
    if (phone === undefined) throw new Error("No place sends a phone number")
    await goTo(phone, driven)
    await driven.answer({ kind: "rejected", failure: wrongSolution })
    expect(driven.context().attempts).toBe(1)
    phone.act(driven)
    await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } })
    expect(driven.context().attempts).toBe(1)
    driven.actor.send(submitCode("000000"))
    await driven.answer({ kind: "rejected", failure: wrongSolution })
    expect(driven.context().attempts).toBe(2)
    driven.actor.send(switchMethod())
    await driven.answer({ kind: "rejected", failure: wrongSolution })
    expect(driven.context().attempts).toBe(2)
    driven.actor.send(submitCode("123456"))
    await driven.answer({ kind: "connected", accountId: "acc_1" })
    expect(driven.context().attempts).toBe(2)
  })
})

describe("a failure that is shown", () => {
  test.each(solvings)("stays until the next request starts: $name", async (place) => {
    const driven = await at(place)
    const why = failure(503, "errors/network_down", "retry")
    await driven.answer({ kind: "rejected", failure: why })
    driven.clock.increment(1_000)
    expect(driven.context().failure).toEqual(why)
    place.act(driven)
    expect(driven.state()).toBe("solving")
    expect(driven.context().failure).toBeUndefined()
  })
})

describe("a late answer", () => {
  const answers: Answer[] = [
    { kind: "connected", accountId: "late" },
    { kind: "checkpoint", accountId: "late", checkpoint: { type: "OTP" } },
    { kind: "rejected", failure: wrongSolution },
    { kind: "rejected", failure: restricted },
    { kind: "rejected", failure: timeout },
  ]
  const approvals = solvings.filter(({ sends }) => sends === "approval")

  async function expectNothingMoved({ actor }: Driven, left: HandRequest, answer: Answer) {
    const before = actor.getSnapshot()
    await left.answer(answer)
    expect(actor.getSnapshot()).toBe(before)
  }

  test.each(busy)("that is an error is nobody's: $name", async (place) => {
    const driven = await at(place)
    driven.actor.send(cancelIntent())
    const before = driven.actor.getSnapshot()
    await driven.request().fail(new Error("the error of a stranger"))
    expect(driven.actor.getSnapshot()).toBe(before)
  })

  describe.each(answers.map((answer) => ({ title: JSON.stringify(answer), answer })))("$title", ({ answer }) => {
    test.each(busy)("moves nothing after a cancel: $name", async (place) => {
      const driven = await at(place)
      driven.actor.send(cancelIntent())
      await expectNothingMoved(driven, driven.request(), answer)
      expect(driven.state()).toBe("failed")
    })

    test.each(solvings)("moves nothing past the grace: $name", async (place) => {
      const driven = await at(place)
      driven.clock.set(deadline + 10_000)
      await expectNothingMoved(driven, driven.request(), answer)
      expect(driven.state()).toBe("expired")
    })

    test.each(approvals)("moves nothing once another way was asked for: $name", async (place) => {
      const driven = await at(place)
      const left = driven.request()
      driven.actor.send(switchMethod())
      await expectNothingMoved(driven, left, answer)
      expect(driven.sent()).toBe("anotherWay")
    })

    test.each(approvals.flatMap((from) => checkpoints.map((to) => ({ from, to, title: `${from.name}, ${to.name}` }))))(
      "moves nothing at a later checkpoint: $title",
      async ({ from, to }) => {
        const driven = await at(from)
        const left = driven.request()
        driven.actor.send(switchMethod())
        await driven.answer({ kind: "checkpoint", accountId: "acc_1", checkpoint: to.checkpoint })
        await expectNothingMoved(driven, left, answer)
        expect(driven.state()).toBe(to.state)
      },
    )

    test.each(approvals)("moves nothing once connected: $name", async (place) => {
      const driven = await at(place)
      const left = driven.request()
      driven.actor.send(switchMethod())
      await driven.answer({ kind: "connected", accountId: "acc_1" })
      await expectNothingMoved(driven, left, answer)
      expect(driven.output()).toEqual({ status: "connected", provider: "INSTAGRAM", accountId: "acc_1" })
    })
  })
})

test.each(solvings)("a 408 on the deadline is expired, whatever its recovery: $name", async (place) => {
  for (const recovery of ["correct", "retry", "restart", "stop"] as const) {
    const driven = await at(place)
    const late = failure(408, "errors/request_timeout", recovery)
    await driven.answer({ kind: "rejected", at: deadline, failure: late })
    expect(driven.output()).toMatchObject({ status: "expired", expiresAt: deadline, failure: late })
  }
})

test.each([submitting, ...solvings])("an answer of no known kind goes back and says nothing: $name", async (place) => {
  const driven = await at(place)
  const { expiresAt } = driven.context()
  await driven.answer({ kind: "something_else" } as unknown as Answer)
  expect(driven.state()).toBe(place.from ?? "idle")
  expect(driven.context()).toMatchObject({ attempts: 0, timedOut: false })
  expect([driven.context().failure, driven.context().expiresAt]).toEqual([undefined, expiresAt])
})

test("every place is where its name says", async () => {
  for (const place of places) {
    const driven = await at(place)
    expect([place.name, driven.state()]).toEqual([place.name, place.state])
    expect([...driven.actor.getSnapshot().tags]).toEqual([place.tag])
  }
})
