import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, it, vi } from "vitest"
import { createActor, setup } from "xstate"
import type { AuthIntentError } from "../../src/auth-intent-error.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, submitPhone } from "../../src/intent/events.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { withTransport } from "../../src/intent/with-transport.ts"
import { Secret } from "../../src/secret.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { expectMistake, thrownBy } from "../harness/expect-mistake.ts"
import { createHandTransport, credentials, type HandCall, openAt, openIntent, waiting } from "../harness/open-intent.ts"
import { connected, deadline, demanded, startsAt } from "../harness/outcomes.ts"
import { printed } from "../harness/printed.ts"
import { throwing } from "../harness/throwing.ts"

const canary = "CANARY-7f3a"

describe("withTransport", () => {
  it("returns one machine for one transport and one onMistake", () => {
    const { transport } = createHandTransport()
    const { transport: other } = createHandTransport()
    const onMistake = () => {}
    expect(withTransport(transport)).toBe(withTransport(transport))
    expect(withTransport(transport, {})).toBe(withTransport(transport, { onMistake: undefined }))
    expect(withTransport(transport, { onMistake })).toBe(withTransport(transport, { onMistake }))
    expect(withTransport(transport, { onMistake })).not.toBe(withTransport(transport))
    expect(withTransport(transport, { onMistake })).not.toBe(withTransport(transport, { onMistake: () => {} }))
    expect(withTransport(transport)).not.toBe(withTransport(other))
  })

  it("keeps to its transport where hooks of React write what a later machine of the component has into it", async () => {
    const { transport, calls } = createHandTransport()
    const other = createHandTransport()
    const machine = withTransport(transport)
    machine.implementations = withTransport(other.transport).implementations
    const actor = createActor(machine, { input: { provider: "INSTAGRAM" } }).start()
    actor.send(credentials())
    await settled()
    expect([calls.length, other.calls.length]).toEqual([1, 0])
  })

  it.each(["stopped and started again", "stored and restored"])(
    "sends no request again of a parent that was %s: it was interrupted, and may have arrived",
    async (how) => {
      const { transport, calls } = createHandTransport()
      const onMistake = vi.fn()
      const parent = setup({ actors: { login: withTransport(transport, { onMistake }) } }).createMachine({
        invoke: { src: "login", id: "login", input: { provider: "INSTAGRAM" } },
      })
      const first = createActor(parent).start()
      const login = (actor: typeof first) => actor.getSnapshot().children["login"]
      login(first)?.send(credentials())
      await settled()
      const persisted = first.getPersistedSnapshot()
      first.stop()
      const stored = how === "stored and restored" ? JSON.parse(JSON.stringify(persisted)) : persisted
      const second = createActor(parent, { snapshot: stored }).start()
      await settled()
      const { context } = login(second)?.getSnapshot() ?? expect.fail("It has no login")
      expect(context).toMatchObject({ unanswered: true, failure: { type: "client/interrupted" } })
      expect([calls.length, onMistake.mock.calls]).toEqual([1, []])
    },
  )

  it.each([
    ["nothing", undefined],
    ["a text", canary],
    ["an object whose solve is a text", { submit: () => {}, solve: canary }],
  ])("refuses %s for a transport", (_, transport) => {
    const call = () => withTransport(transport as unknown as AuthTransport)
    expectMistake(call, "invalid_option", /^withTransport: /, canary)
  })

  it.each([null, canary, {}, 7])("refuses %s for onMistake", (onMistake) => {
    const { transport } = createHandTransport()
    const call = () => withTransport(transport, { onMistake } as never)
    expectMistake(call, "invalid_option", /onMistake/, canary)
  })

  it.each([null, canary, () => {}])("refuses %s for options", (options) => {
    const { transport } = createHandTransport()
    const error = thrownBy(() => withTransport(transport, options as never))
    expect(error.message).toBe("withTransport: options should be an object")
  })
})

describe("a transport that breaks", () => {
  class RequestError extends Error {}
  const broken = () => new RequestError(`POST failed: ${canary}`, { cause: new Error(canary) })

  const trap = (name: keyof ProxyHandler<Error>) => new Proxy(new Error(canary), { [name]: () => expect.fail(canary) })
  const failed = (more: object) => ({
    kind: "rejected",
    failure: { type: "x", status: 1, recovery: "retry", ...more },
  })

  const outcomes: [what: string, outcome: () => unknown, message: RegExp][] = [
    ["throws", () => throwing(broken()), /^transport\.\w+ threw a RequestError$/],
    ["rejects", () => Promise.reject(broken()), /^transport\.\w+ threw a RequestError$/],
    ["rejects with a text", () => Promise.reject(canary), /^transport\.\w+ threw a string$/],
    ["rejects with nothing", () => Promise.reject(undefined), /^transport\.\w+ threw a undefined$/],
    ["rejects with what cannot be read", () => Promise.reject(trap("get")), /^transport\.\w+ threw/],
    ["rejects with what has no name", () => Promise.reject(trap("getPrototypeOf")), /^transport\.\w+ threw a value$/],
    ["returns nothing", () => undefined, /^the outcome of transport\.\w+: /],
    ["returns a text", () => canary, /^the outcome of transport\.\w+: /],
    ["returns a list", () => [connected], /^the outcome of transport\.\w+: /],
    ["returns an unknown kind", () => ({ kind: canary }), /kind should be .*connected/],
    ["returns connected without an account", () => ({ kind: "connected" }), /complete, with accountId/],
    ["returns a blank account", () => ({ kind: "connected", accountId: " " }), /accountId should be/],
    ["returns a session in the open", () => ({ ...connected, session: canary }), /session should be a Secret/],
    ["returns a checkpoint of nothing", () => ({ kind: "checkpoint", accountId: "a" }), /complete/],
    ["returns a checkpoint of no type", () => ({ ...demanded({ type: "2FA" }), checkpoint: {} }), /checkpoint\.type/],
    ["returns a rejection for nothing", () => ({ kind: "rejected" }), /complete, with failure/],
    ["returns an unknown recovery", () => failed({ recovery: canary }), /failure\.recovery should be .*correct/],
    ["returns a status that is none", () => failed({ status: 600 }), /failure\.status should be/],
    ["claims to have sent something", () => ({ ...demanded({ type: "2FA" }), sent: true }), /sent should be/],
    [
      "returns a getter that throws",
      () => ({
        get kind() {
          throw broken()
        },
      }),
      /^transport\.\w+ threw a RequestError$/,
    ],
    [
      "returns a proxy that throws",
      () => new Proxy({}, { ownKeys: () => expect.fail(canary) }),
      /^the outcome of transport/,
    ],
  ]

  it.each(outcomes)("and %s is reported once, and the person goes on where there is a checkpoint", async (...row) => {
    const [, outcome, message] = row
    const transport: AuthTransport<PostpressCredentials> = {
      submit: () => outcome() as never,
      solve: () => outcome() as never,
    }
    const submitted = openIntent({ transport })
    submitted.actor.send(credentials())
    await settled()
    expect(submitted.actor.getSnapshot().output).toEqual({
      status: "failed",
      provider: "INSTAGRAM",
      failure: { type: "client/unexpected", status: 0, recovery: "restart", about: "credentials" },
      mayBeConnected: true,
    })

    const solved = openIntent({ transport, resume: waiting })
    for (let count = 0; count < 2; count += 1) {
      solved.actor.send(submitCode("123456"))
      await settled()
      expect(solved.state()).toBe("checkpoint.twoFactor")
    }
    expect(solved.context()).toMatchObject({
      failure: { type: "client/unexpected", status: 0, recovery: "retry", about: "code" },
      attempts: 2,
      unanswered: true,
    })

    for (const { mistakes, actor } of [submitted, solved]) {
      expect(mistakes).toMatchObject([
        { name: "AuthIntentError", code: expect.stringMatching(/^(callback_threw|invalid_outcome)$/) },
      ])
      expect(mistakes[0]?.message).toMatch(message)
      expect(printed([mistakes, actor.getPersistedSnapshot()])).not.toContain(canary)
    }
  })

  it.each([
    ["404", 404],
    [undefined, 502],
  ])("in a fetch whose status is %j leaves a record that can be read", async (status, read) => {
    const fetch = async () => ({ status: status as never, headers: new Headers(), text: async () => "" })
    const { actor, context } = openIntent({ transport: createPostpressTransport({ apiKey: "key", fetch }) })
    actor.send(credentials())
    await vi.waitFor(() => expect(context().failure).toMatchObject({ status: read }))
    expect(parseSavedIntent(saveIntent(actor.getSnapshot())).failure).toMatchObject({ status: read })
  })

  it.each<[string, (call: HandCall) => Promise<void>]>([
    ["rejects", (call) => call.fail(broken())],
    ["returns no outcome", (call) => call.reply(undefined)],
  ])("and %s after it was left is none of the host's business", async (_, settle) => {
    const { actor, call, mistakes } = openIntent()
    actor.send(credentials())
    actor.send(cancelIntent())
    await settle(call())
    expect(mistakes).toEqual([])
  })

  it("and solves nothing is reported when it comes to that", async () => {
    const { submit } = createHandTransport().transport
    const { actor, mistakes, context, state } = openIntent({ transport: { submit }, resume: waiting })
    actor.send(submitCode("123456"))
    await settled()
    expect(state()).toBe("checkpoint.twoFactor")
    expect(context()).toMatchObject({ failure: { type: "client/unexpected", recovery: "retry" }, unanswered: false })
    expect(mistakes).toMatchObject([{ code: "invalid_option", message: expect.stringContaining("solve") }])
  })
})

describe("a secret that cannot be sent", () => {
  const spent = () => {
    const secret = new Secret("123456")
    secret.drop()
    return secret
  }

  it.each<[string, string, unknown, string]>([
    ["a spent code", "2FA", { type: "code.submit", code: spent() }, "code.submit"],
    ["a plain text", "2FA", { type: "code.submit", code: canary }, "code.submit"],
    ["nothing", "OTP", { type: "code.submit" }, "code.submit"],
    ["null", "QRCODE", { type: "code.submit", code: null }, "code.submit"],
    ["a plain phone number", "PHONE_REGISTER", { type: "phone.submit", phone: { countryCode: "33" } }, "phone.submit"],
    ["an object with open()", "2FA", { type: "code.submit", code: { open: () => canary } }, "code.submit"],
    ["a proxy of a secret", "2FA", { type: "code.submit", code: new Proxy(new Secret(canary), {}) }, "code.submit"],
    ["an heir of a secret", "2FA", { type: "code.submit", code: Object.create(new Secret(canary)) }, "code.submit"],
  ])("ends nothing at a checkpoint: %s", async (_, type, event, name) => {
    const intent = await openAt({ type })
    const before = intent.state()
    for (let count = 0; count < 3; count += 1) {
      intent.actor.send(event as ReturnType<typeof submitCode>)
      await settled()
    }
    expect(intent.state()).toBe(before)
    expect(intent.context()).toMatchObject({
      attempts: 0,
      unanswered: false,
      failure: { type: "client/invalid_input", recovery: "correct" },
    })
    expect(intent.calls).toHaveLength(1)
    expect(intent.mistakes).toMatchObject([{ code: "invalid_secret", message: expect.stringContaining(name) }])
    expect(printed(intent.mistakes)).not.toContain(canary)
    intent.actor.send(
      intent.state() === "checkpoint.phone"
        ? submitPhone({ countryCode: "33", number: "0612345678" })
        : submitCode("1234"),
    )
    expect(intent.calls).toHaveLength(2)
  })

  it.each<[string, unknown]>([
    ["plain credentials", { type: "credentials.submit", credentials: { username: "ada", password: canary } }],
    ["no credentials", { type: "credentials.submit" }],
    ["a password alone", { type: "credentials.submit", credentials: canary }],
    ["a proxy", { type: "credentials.submit", credentials: new Proxy(new Secret({ password: canary }), {}) }],
  ])("ends nothing before a checkpoint: %s", async (_, event) => {
    const intent = openIntent()
    intent.actor.send(event as ReturnType<typeof credentials>)
    await settled()
    expect(intent.state()).toBe("idle")
    expect(intent.context().failure).toMatchObject({ type: "client/invalid_input", about: "credentials" })
    expect(intent.mistakes).toMatchObject([
      {
        code: "invalid_secret",
        message: "credentials.submit: its secret is spent, or is no Secret",
      },
    ])
    expect(printed(intent.mistakes)).not.toContain(canary)
    expect(intent.calls).toEqual([])
  })
})

describe("onMistake", () => {
  const failing: AuthTransport<PostpressCredentials> = { submit: () => Promise.reject(new Error(canary)) }

  it("is called once for an intent and a message, and again for another intent", async () => {
    const mistakes: AuthIntentError[] = []
    const hand = createHandTransport()
    const machine = withTransport(hand.transport, { onMistake: (error) => mistakes.push(error) })
    for (let count = 1; count <= 2; count += 1) {
      const actor = createActor(machine, {
        input: { provider: "INSTAGRAM", resume: waiting },
        clock: createTestClock({ now: startsAt }),
      })
      actor.start()
      for (const code of ["1111", "2222", "3333"]) {
        actor.send(submitCode(code))
        await hand.call().reply({ kind: "nothing" })
      }
      expect(mistakes).toHaveLength(count)
      actor.send(submitCode("4444"))
      await hand.call().fail(new Error(canary))
      expect(mistakes.splice(count).map(({ code }) => code)).toEqual(["callback_threw"])
    }
  })

  it("is console.error by default, and prints nothing of a request", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {})
    const { actor } = openIntent({ transport: failing, onMistake: undefined })
    actor.send(submitCredentials({ username: "ada", password: canary }))
    await settled()
    expect(print.mock.calls).toEqual([["AuthIntentError (callback_threw): transport.submit threw a Error"]])
  })

  it.each<[string, () => void]>([
    ["throws", () => expect.fail("thrown by onMistake")],
    ["rejects", () => Promise.reject(new Error("rejected by onMistake"))],
  ])("that %s is survived, and the mistake goes to console.error", async (_, onMistake) => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {})
    const { actor, state } = openIntent({ transport: failing, onMistake })
    actor.send(credentials())
    await settled()
    expect(state()).toBe("failed")
    expect(print.mock.calls).toEqual([[expect.stringContaining("callback_threw")]])
  })

  it("gets what a transport reports by its context", async () => {
    const { mistakes, actor, call } = openIntent()
    actor.send(credentials())
    const error = thrownBy(() => withTransport(undefined as never))
    call().context.onMistake(error)
    call().context.onMistake(error)
    expect(mistakes).toEqual([error])
  })
})

describe("an outcome", () => {
  it("is stamped by the clock when it arrives, whatever time it has", async () => {
    for (const at of [undefined, 5, startsAt + 3_600_000, Number.NaN, canary]) {
      const { actor, reply, context, clock } = openIntent()
      actor.send(credentials())
      clock.advance(5_000)
      await reply({ ...demanded({ type: "2FA" }), ...(at !== undefined && { at }) })
      expect(context().expiresAt).toBe(deadline + 5_000)
    }
  })

  it("with more than its parts has the rest dropped", async () => {
    const { actor, reply, context } = openIntent()
    actor.send(credentials())
    await reply({
      ...demanded({ type: "2FA" }),
      body: canary,
      checkpoint: { type: "2FA", raw: canary, hint: undefined },
    })
    expect(context().checkpoint).toEqual({ type: "2FA" })
    expect(printed(actor.getPersistedSnapshot())).not.toContain(canary)
  })

  it("of a custom transport keeps its own types and data, as JSON", async () => {
    const data = { day: new Date(0), list: [1, { a: null }], none: undefined }
    const { context } = await openAt({ type: "OWN_ONE", hint: "PIGEON", data })
    expect(context().checkpoint).toStrictEqual({
      type: "OWN_ONE",
      hint: "PIGEON",
      data: { day: "1970-01-01T00:00:00.000Z", list: [1, { a: null }] },
    })
    const failing = openIntent()
    failing.actor.send(credentials())
    await failing.reply({ kind: "rejected", failure: { type: "own/refused", status: 401, recovery: "correct" } })
    expect(failing.context().failure).toMatchObject({ type: "own/refused" })
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle

  it.each([
    ["a cycle", cycle],
    ["a big integer", 5n],
    ["a function", () => {}],
  ])("with data that is no JSON (%s) comes without it", async (_, data) => {
    const { context } = await openAt({ type: "OWN_ONE", data })
    expect(context().checkpoint).toEqual({ type: "OWN_ONE" })
  })

  it.each([
    [startsAt - 1, undefined],
    [startsAt, undefined],
    [startsAt + 1, startsAt + 1],
  ])("with a time to try again of %i has %s", async (retryAt, kept) => {
    const { actor, reply, context } = openIntent()
    actor.send(credentials())
    await reply({ kind: "rejected", failure: { type: "x", status: 429, recovery: "retry", retryAt } })
    expect(context().failure?.retryAt).toBe(kept)
  })

  it("has what it was sent for, unless the transport adds it itself", async () => {
    const { actor, reply, context } = await openAt({ type: "2FA" })
    const failure = { type: "x", status: 400, recovery: "correct" }
    actor.send(submitCode("123456"))
    await reply({ kind: "rejected", sent: false, failure })
    expect(context().failure).toEqual({ ...failure, about: "code" })
    actor.send(submitCode("123456"))
    await reply({ kind: "rejected", failure: { ...failure, about: "phone" } })
    expect(context().failure?.about).toBe("phone")
    actor.send(submitCode("123456"))
    await reply({ kind: "rejected", failure: { ...failure, about: undefined } })
    expect(context().failure?.about).toBe("code")
  })
})

it("a transport is called as the object it is", async () => {
  class Counting implements AuthTransport<PostpressCredentials> {
    #calls = 0
    async submit() {
      this.#calls += 1
      return demanded({ type: "2FA" })
    }
    async solve() {
      return { kind: "connected" as const, accountId: `acc_${this.#calls}` }
    }
  }
  const { actor } = openIntent({ transport: new Counting() })
  actor.send(credentials())
  await settled()
  actor.send(submitCode("123456"))
  await settled()
  expect(actor.getSnapshot().output).toMatchObject({ status: "connected", accountId: "acc_1" })
})

it("a transport knows the deadline, the time and the signal of the intent that calls it", async () => {
  const intent = await openAt({ type: "IN_APP_VALIDATION" })
  intent.clock.jump(123)
  intent.actor.send(approveInApp())
  const { request, context } = intent.call()
  expect(request).toEqual({ provider: "INSTAGRAM", accountId: "acc_1", solution: { kind: "inApp" } })
  expect([context.now(), context.expiresAt, context.signal.aborted]).toEqual([startsAt + 123, deadline, false])
  intent.actor.stop()
  expect(context.signal.aborted).toBe(true)
})
