import { beforeEach, describe, expect, it, vi } from "vitest"
import { SimulatedClock, waitFor } from "xstate"
import type { TransportOutcome } from "../../src/failures/interpret-response.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials, submitPhone } from "../../src/intent/events.ts"
import { getState } from "../../src/intent/get-step.ts"
import { Secret } from "../../src/secret.ts"
import type { AuthTransport, TransportContext } from "../../src/transports/auth-transport.ts"
import { waiting } from "../harness/open-intent.ts"
import { throwing } from "../harness/throwing.ts"

const credentials = { username: "ada", password: "s3cret" }
const phone = { countryCode: "33", number: "0612345678" }

/** A person's inputs, their checkpoints, and the content that the transport receives. */
const sendings = [
  { what: "the credentials", at: undefined, event: () => submitCredentials(credentials), content: credentials },
  { what: "a code", at: "2FA", event: () => submitCode(" 123456 "), content: "123456" },
  { what: "a code for an unknown checkpoint", at: "QRCODE", event: () => submitCode("123456"), content: "123456" },
  { what: "a phone number", at: "PHONE_REGISTER", event: () => submitPhone(phone), content: phone },
]
type Sending = (typeof sendings)[number]

const named = (some: Sending[]) => some.map((sending) => [sending.what, sending] as const)

/** A transport's use of a secret. */
type Use = (secret: Secret<unknown>, context: TransportContext) => Promise<TransportOutcome>

const connected: TransportOutcome = { kind: "connected", accountId: "acc_1" }
const rejected: TransportOutcome = {
  kind: "rejected",
  failure: { type: "errors/provider_error", status: 500, recovery: "retry" },
}

const clock = new SimulatedClock()
/** Every secret of the current test: the page's and the transport's. */
const secrets = new Set<Secret<unknown>>()
const opened: unknown[] = []

beforeEach(() => {
  secrets.clear()
  opened.length = 0
})

/** Starts an intent at the checkpoint of a sending, with a transport that uses its secrets this way. */
function begin({ at }: Sending, use: Use): AuthIntentActor<unknown> {
  const call = (secret: Secret<unknown>, context: TransportContext) => {
    secrets.add(secret)
    return use(secret, context)
  }
  const transport: AuthTransport<unknown> = {
    submit: ({ credentials }, context) => call(credentials, context),
    solve: ({ solution }, context) => call("secret" in solution ? solution.secret : new Secret(undefined), context),
  }
  const resume = at ? { ...waiting, checkpoint: { type: at }, expiresAt: clock.now() + 300_000 } : undefined
  return createAuthIntent({ transport, provider: "INSTAGRAM", resume, clock, onMistake: () => {} }).start()
}

function send(actor: AuthIntentActor<unknown>, { event: make }: Sending): void {
  const event = make()
  for (const value of Object.values(event)) if (value instanceof Secret) secrets.add(value)
  actor.send(event)
}

/** The top-level state of an intent. */
const stateOf = (actor: AuthIntentActor<unknown>) => getState(actor.getSnapshot()).split(".")[0]

function expectAllSpent(): void {
  expect(secrets.size).toBeGreaterThan(0)
  for (const secret of secrets) expect(() => secret.open()).toThrow(expect.objectContaining({ code: "secret_spent" }))
}

const open: Use = async (secret) => {
  opened.push(secret.open())
  return connected
}

describe.each(named(sendings))("the secret in %s", (_what, sending) => {
  const back = sending.at === undefined ? "idle" : "checkpoint"
  // A broken transport ends a login without a checkpoint to return to.
  const broken = sending.at === undefined ? "failed" : "checkpoint"

  it("opens to what was typed, normalized", async () => {
    const actor = begin(sending, open)
    send(actor, sending)
    await waitFor(actor, (snapshot) => snapshot.status === "done")
    expect(opened).toEqual([sending.content])
  })

  const uses: [what: string, use: Use, state: string][] = [
    ["opens it", open, "connected"],
    ["never opens it", async () => connected, "connected"],
    ["never opens it and is rejected", async () => rejected, back],
    ["opens it and is rejected", (secret, context) => open(secret, context).then(() => rejected), back],
    ["opens it twice", (secret, context) => open(secret, context).then(() => open(secret, context)), broken],
    ["rejects before it opens it", () => Promise.reject(new Error("broken")), broken],
    ["rejects after it opened it", (secret) => Promise.reject(new Error(typeof secret.open())), broken],
    ["throws", () => throwing(new Error("broken")), broken],
    ["returns no outcome", async () => ({ kind: "nothing" }) as unknown as TransportOutcome, broken],
  ]
  it.each(uses)("is spent once a transport that %s has settled", async (_what, use, state) => {
    const actor = begin(sending, use)
    send(actor, sending)
    await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
    expect(stateOf(actor)).toBe(state)
    expectAllSpent()
    actor.stop()
  })

  const leavings: [how: string, leave: (actor: AuthIntentActor<unknown>) => void][] = [
    ["it is canceled", (actor) => actor.send({ type: "intent.cancel" })],
    ["its actor is stopped", (actor) => actor.stop()],
  ]
  /** The transport's reactions when its response is no longer wanted. */
  const reactions: [what: string, use: Use][] = [
    ["rejects", (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", reject))],
    ["responds", (_, { signal }) => new Promise((done) => signal.addEventListener("abort", () => done(connected)))],
    ["does nothing", () => new Promise(() => {})],
  ]
  const left = leavings.flatMap(([how, leave]) => reactions.map(([what, use]) => [how, what, leave, use] as const))
  it.each(left)("is dropped when %s and the transport %s", async (_how, _what, leave, use) => {
    const actor = begin(sending, use)
    send(actor, sending)
    leave(actor)
    await new Promise(setImmediate)
    expectAllSpent()
  })
})

describe.each(named(sendings.filter(({ at }) => at !== undefined)))("the secret in %s", (_what, sending) => {
  it("is dropped when no response came within the grace", async () => {
    const actor = begin(sending, () => new Promise(() => {}))
    send(actor, sending)
    clock.increment(310_000)
    await new Promise(setImmediate)
    expect(stateOf(actor)).toBe("expired")
    expectAllSpent()
  })

  it("reaches no transport after the deadline, and is dropped", async () => {
    const actor = begin(sending, open)
    const late = clock.now() + 300_000
    vi.spyOn(clock, "now").mockReturnValue(late)
    send(actor, sending)
    await waitFor(actor, (snapshot) => snapshot.status === "done")
    expect(stateOf(actor)).toBe("expired")
    expect(opened).toEqual([])
    expectAllSpent()
  })
})

it("an entry that no provider accepts is dropped", async () => {
  const sending = { what: "an absurd code", at: "2FA", event: () => submitCode(" "), content: "" }
  const actor = begin(sending, open)
  send(actor, sending)
  await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))
  expect(actor.getSnapshot().context.failure?.type).toBe("client/invalid_input")
  expect(opened).toEqual([])
  expectAllSpent()
  actor.stop()
})
