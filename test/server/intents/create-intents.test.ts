import { expect, it, vi } from "vitest"
import { clientFailure } from "../../../machines/failures.ts"
import type { AuthIntentError } from "../../../src/auth-intent-error.ts"
import type { TransportOutcome } from "../../../src/failures/interpret-response.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, switchMethod } from "../../../src/intent/events.ts"
import { createSandbox } from "../../../src/sandbox/create-sandbox.ts"
import { Secret } from "../../../src/secret.ts"
import { createIntents, type IntentsOptions } from "../../../src/server/intents/create-intents.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import type { Store } from "../../../src/server/store.ts"
import { createTestClock } from "../../../src/testing/create-test-clock.ts"
import type { AuthTransport, Solution } from "../../../src/transports/auth-transport.ts"
import { createPostpressTransport } from "../../../src/transports/postpress.ts"
import { createDeferred } from "../../harness/deferred.ts"
import { createHandTransport } from "../../harness/open-intent.ts"
import { connected, deadline, demanded, rejected, startsAt, wrongCode } from "../../harness/outcomes.ts"

type Credentials = { username: string; password: string }

const login = (username: string) => submitCredentials({ username, password: "correct horse" })

/** A store with entries that the test reads and a clock that it moves. */
function createStore() {
  const clock = createTestClock({ now: startsAt })
  const memory = createMemoryStore({ clock })
  const stored: string[] = []
  const writes: (string | undefined)[] = []
  const store: Store = {
    get: memory.get,
    async swap(key, before, after, expiresAt) {
      const swapped = await memory.swap(key, before, after, expiresAt)
      if (swapped) writes.push(after)
      stored.push(key, after ?? "")
      return swapped
    },
  }
  return { clock, store, writes, stored }
}

/** Creates intents against the sandbox; `sent` holds the bodies sent upstream. */
function againstSandbox(more: Partial<IntentsOptions<Credentials>> = {}) {
  const { clock, store, writes, stored } = createStore()
  const sandbox = createSandbox({ clock })
  const sent: string[] = []
  const transport = createPostpressTransport({
    apiKey: "sandbox",
    fetch: (url, init) => {
      sent.push(init.body)
      return sandbox.fetch(url, init)
    },
  })
  const options = { transport, store, clock, ...more }
  return { clock, sent, writes, stored, intents: createIntents(options), other: createIntents(options) }
}

/** Creates intents. The test responds in place of their API. */
function withResponsesByHand(more: Partial<IntentsOptions<Credentials>> = {}) {
  const { clock, store, writes } = createStore()
  const { transport, calls } = createHandTransport()
  const options = { transport, store, clock, ...more }
  return {
    clock,
    store,
    writes,
    isSent: (count: number) => expect.poll(() => calls.length).toBe(count),
    async respond(index: number, outcome: TransportOutcome) {
      await expect.poll(() => calls.length).toBeGreaterThan(index)
      await calls[index]?.reply(outcome)
    },
    names: () => calls.map(({ operation, sends }) => (operation === "submit" ? operation : (sends as Solution).kind)),
    intents: createIntents(options),
    other: createIntents(options),
  }
}

const network: TransportOutcome = { kind: "rejected", failure: clientFailure("client/network") }

/** Brings an intent to a checkpoint; `opened` is the status after the login. */
async function openAt(type: string, more: { canApproveInApp?: boolean } & Partial<IntentsOptions<Credentials>> = {}) {
  const { canApproveInApp, ...options } = more
  const bench = withResponsesByHand(options)
  await bench.intents.start("ada", { provider: "INSTAGRAM" })
  const sending = bench.intents.send("ada", login("ada"))
  await bench.respond(0, demanded({ type, ...(canApproveInApp && { canApproveInApp }) }))
  return { ...bench, opened: await sending }
}

it("drives an intent to its end over two processes", async () => {
  const { intents, other, stored } = againstSandbox()
  expect(await intents.start("id of ada", { provider: "INSTAGRAM" })).toEqual({
    step: { kind: "credentials", canCancel: true },
    busy: false,
    accepted: true,
  })
  expect(await intents.send("id of ada", login("2fa"))).toMatchObject({
    step: { kind: "code" },
    busy: false,
    accepted: true,
  })
  expect(await other.look("id of ada")).toMatchObject({ step: { kind: "code" }, accepted: false })
  expect(await other.send("id of ada", submitCode("123456"))).toMatchObject({
    step: { kind: "done", status: "connected" },
    output: { status: "connected", provider: "INSTAGRAM" },
    accepted: true,
  })
  expect(await intents.look("id of ada")).toMatchObject({ output: { status: "connected" } })
  expect(stored.join()).not.toMatch(/correct horse|\b123456\b/)
  expect(stored.join()).not.toContain("id of ada")
})

it("returns an intent that is there as it is", async () => {
  const { intents, other } = againstSandbox()
  await intents.start("ada", { provider: "INSTAGRAM" })
  await intents.send("ada", login("otp"))
  expect(await other.start("ada", { provider: "LINKEDIN" })).toMatchObject({ step: { kind: "code" }, accepted: false })
})

it("creates one intent when two start it at once", async () => {
  const { intents, other } = againstSandbox()
  const both = await Promise.all([intents, other].map((each) => each.start("ada", { provider: "INSTAGRAM" })))
  expect(both.map(({ accepted }) => accepted).sort()).toEqual([false, true])
})

it("knows nothing of an id that was never started", async () => {
  const { intents } = againstSandbox()
  expect(await intents.look("ada")).toBeUndefined()
  expect(await intents.send("ada", submitCode("123456"))).toBeUndefined()
})

it("sends nothing for an event that does not apply, and reports it", async () => {
  const { intents, sent, writes } = againstSandbox()
  await intents.start("ada", { provider: "INSTAGRAM" })
  const before = writes.length
  expect(await intents.send("ada", submitCode("123456"))).toEqual({
    step: { kind: "credentials", canCancel: true },
    busy: false,
    accepted: false,
  })
  expect([sent, writes.length]).toEqual([[], before])
})

it("shows a request in flight to each look, and changes nothing by it", async () => {
  const { intents, other, isSent, respond, writes } = await openAt("2FA")
  const sending = intents.send("ada", submitCode("123456"))
  await isSent(2)
  const before = writes.length
  expect(await other.look("ada")).toEqual({
    step: {
      kind: "wait",
      checkpoint: { type: "2FA" },
      expiresAt: deadline,
      attempts: 0,
      canCancel: true,
    },
    busy: true,
    accepted: false,
  })
  expect(writes.length).toBe(before)
  await respond(1, connected)
  expect(await sending).toMatchObject({ output: { status: "connected" } })
})

it("does not show the next step until the credentials have a response", async () => {
  const { intents, other, isSent, respond } = withResponsesByHand()
  await intents.start("ada", { provider: "INSTAGRAM" })
  const sending = intents.send("ada", login("ada"))
  await isSent(1)
  expect(await other.look("ada")).toEqual({ step: { kind: "wait", canCancel: true }, busy: true, accepted: false })
  await respond(0, connected)
  await sending
})

/** Sends a code from a process that dies: no response arrives, and no timer renews the claim. */
async function dieWithCode() {
  const bench = await openAt("2FA")
  const { clock, store, other } = bench
  const dead = { now: () => clock.now(), setTimeout: () => 0, clearTimeout: () => {} }
  const never = () => new Promise<never>(() => {})
  const died = createIntents({ transport: { submit: never, solve: never }, store, clock: dead })
  void died.send("ada", submitCode("123456"))
  await expect.poll(async () => (await other.look("ada"))?.busy).toBe(true)
  return bench
}

it("treats the request of a process that died as interrupted, and sends it no second time", async () => {
  const { clock, other, isSent, names } = await dieWithCode()
  clock.advance(29_999)
  expect(await other.look("ada")).toMatchObject({ busy: true })
  clock.advance(1)
  const status = await other.look("ada")
  expect(status).toMatchObject({ busy: false, step: { kind: "code", failure: { type: "client/interrupted" } } })
  expect(names()).toEqual(["submit"])
  void other.send("ada", submitCode("123456"))
  await isSent(2)
})

it("reports that the account may be connected where a process died with the code", async () => {
  const { clock, other } = await dieWithCode()
  clock.advance(300_000)
  expect(await other.look("ada")).toMatchObject({ output: { status: "expired", mayBeConnected: true } })
})

it("keeps its claim for as long as its request takes", async () => {
  const { clock, intents, other, isSent, respond, names } = withResponsesByHand()
  await intents.start("ada", { provider: "INSTAGRAM" })
  const sending = intents.send("ada", login("ada"))
  await isSent(1)
  for (let tenth = 0; tenth < 11; tenth++) {
    clock.advance(10_000)
    await new Promise(setImmediate)
  }
  expect(await other.send("ada", login("ada"))).toMatchObject({ busy: true, accepted: false })
  expect(names()).toEqual(["submit"])
  await respond(0, connected)
  expect(await sending).toMatchObject({ output: { status: "connected" } })
})

it("is expired from the deadline on, whatever is sent, and is kept for an hour", async () => {
  const { clock, intents, sent } = againstSandbox()
  await intents.start("ada", { provider: "INSTAGRAM" })
  await intents.send("ada", login("2fa"))
  clock.advance(299_999)
  expect(await intents.look("ada")).toMatchObject({ step: { kind: "code" } })
  clock.advance(1)
  expect(await intents.send("ada", submitCode("123456"))).toMatchObject({
    output: { status: "expired" },
    accepted: false,
  })
  expect(sent.length).toBe(1)
  clock.advance(3_599_999)
  expect(await intents.look("ada")).toMatchObject({ output: { status: "expired" } })
  clock.advance(1)
  expect(await intents.look("ada")).toBeUndefined()
})

it("polls an approval when it is looked at and the next poll may be sent", async () => {
  const { clock, intents, respond, names, opened } = await openAt("IN_APP_VALIDATION")
  expect(opened).toMatchObject({ step: { kind: "approval" } })
  clock.advance(4_999)
  await intents.look("ada")
  clock.advance(1)
  for (const asked of [1, 2, 3]) {
    expect(names().length).toBe(asked)
    const looking = intents.look("ada")
    await respond(asked, demanded({ type: "IN_APP_VALIDATION" }))
    const status = await looking
    expect(status).toMatchObject({ step: { kind: "approval" }, busy: false, accepted: false })
    expect(status?.step).not.toHaveProperty("failure")
    expect(await intents.look("ada")).toEqual(status)
    clock.advance(5_000)
  }
  const looking = intents.look("ada")
  await respond(4, connected)
  expect(await looking).toMatchObject({ output: { status: "connected" } })
})

it("polls an approval once when two look at once", async () => {
  const { clock, intents, other, isSent, respond, names } = await openAt("IN_APP_VALIDATION")
  clock.advance(5_000)
  const both = [intents.look("ada"), other.look("ada")]
  await isSent(2)
  expect(await Promise.race(both)).toMatchObject({ step: { kind: "approval" }, busy: true })
  // The next poll would be due, and the first has no response yet.
  clock.advance(5_000)
  expect(await other.look("ada")).toMatchObject({ busy: true })
  await respond(1, connected)
  await Promise.all(both)
  expect(names()).toEqual(["submit", "inApp"])
})

it("stores nothing for a provider that the transport does not serve", async () => {
  const transport: AuthTransport<Credentials> = {
    providers: ["LINKEDIN"],
    submit: async () => ({ kind: "connected", accountId: "acc_1" }),
  }
  const { intents, stored } = againstSandbox({ transport })
  await expect(intents.start("ada", { provider: "INSTAGRAM" })).rejects.toMatchObject({ code: "invalid_provider" })
  expect(stored).toEqual([])
  expect(await intents.start("ada", { provider: "LINKEDIN" })).toMatchObject({ accepted: true })
})

it.each(["2FA", "IN_APP_VALIDATION"])(
  "shows and ends an intent at %s whose provider the transport serves no more, and sends nothing of it",
  async (type) => {
    const { store, clock, names } = await openAt(type)
    const solve = () => expect.fail("it is called")
    const transport: AuthTransport<Credentials> = { providers: ["LINKEDIN"], submit: solve, solve }
    const onMistake = vi.fn()
    const intents = createIntents({ transport, store, clock, onMistake })
    clock.advance(5_000)
    expect(await intents.look("ada")).toMatchObject({ step: { expiresAt: deadline }, busy: false })
    const event = type === "2FA" ? submitCode("123456") : approveInApp()
    expect(await intents.send("ada", event)).toMatchObject({ step: { failure: { type: "client/unexpected" } } })
    expect(onMistake).toHaveBeenCalledWith(expect.objectContaining({ code: "invalid_provider" }))
    expect(await intents.send("ada", cancelIntent())).toMatchObject({ output: { status: "failed" } })
    expect(names()).toEqual(["submit"])
  },
)

it("polls no approval before a provider's Retry-After", async () => {
  const { clock, intents, respond, names } = await openAt("IN_APP_VALIDATION")
  clock.advance(5_000)
  const looking = intents.look("ada")
  const failure = { type: "errors/unknown", status: 429, recovery: "retry" as const, retryAt: startsAt + 25_000 }
  await respond(1, { kind: "rejected", failure })
  // The poll is put off by more than two intervals. That is shown.
  expect(await looking).toMatchObject({ step: { kind: "approval", failure: { status: 429 } } })
  clock.advance(19_999)
  await intents.look("ada")
  expect(names()).toEqual(["submit", "inApp"])
  clock.advance(1)
  void intents.look("ada")
  await expect.poll(names).toEqual(["submit", "inApp", "inApp"])
})

it("polls an approval on, before a closer deadline, where the clock was set back", async () => {
  const { clock, intents, respond, names } = await openAt("IN_APP_VALIDATION")
  clock.jump(-600_000)
  const looking = intents.look("ada")
  await respond(1, demanded({ type: "IN_APP_VALIDATION" }))
  expect(await looking).toMatchObject({ step: { kind: "approval", expiresAt: clock.now() + 300_000 } })
  clock.jump(4_999)
  expect(await intents.look("ada")).toEqual(await looking)
  expect(names()).toEqual(["submit", "inApp"])
})

it("shows a deadline that stands where the clock was set back", async () => {
  const { clock, intents, other } = await openAt("2FA")
  clock.jump(-600_000)
  const looked = await intents.look("ada")
  expect(looked).toMatchObject({ step: { kind: "code", expiresAt: clock.now() + 300_000 } })
  clock.jump(60_000)
  expect(await other.look("ada")).toEqual(looked)
})

it("shows no interruption while a request is in flight, nor past the deadline, where the clock was set back", async () => {
  const { clock, intents, other } = await openAt("2FA")
  void intents.send("ada", submitCode("123456"))
  await expect.poll(async () => (await other.look("ada"))?.busy).toBe(true)
  clock.jump(-1_000)
  const busy = await other.look("ada")
  expect(busy).toMatchObject({ busy: true, step: { kind: "wait" } })
  expect(busy?.step).not.toHaveProperty("failure")
  clock.jump(300_000)
  expect((await other.look("ada"))?.output).toEqual({
    status: "expired",
    provider: "INSTAGRAM",
    accountId: expect.any(String),
    expiresAt: clock.now(),
    mayBeConnected: true,
  })
})

it.each(["look", "send"] as const)("has expired for good where the clock is set back after a %s", async (method) => {
  const { clock, intents, other, names } = await openAt("2FA")
  clock.jump(300_000)
  const status = await intents[method]("ada", submitCode("123456"))
  expect(status?.output).toMatchObject({ status: "expired" })
  clock.jump(-600_000)
  expect(await other.look("ada")).toEqual({ ...status, accepted: false })
  expect(await other.send("ada", submitCode("123456"))).toEqual({ ...status, accepted: false })
  expect(names()).toEqual(["submit"])
})

it("can be canceled while a request is in flight, though a clock that is ahead has looked past the deadline", async () => {
  const { clock, intents, other } = await openAt("2FA")
  clock.jump(296_000)
  void intents.send("ada", submitCode("123456"))
  await expect.poll(async () => (await other.look("ada"))?.busy).toBe(true)
  clock.jump(5_000)
  expect(await other.look("ada")).toMatchObject({ busy: true, step: { canCancel: true } })
  clock.jump(-4_000)
  expect(await other.send("ada", cancelIntent())).toMatchObject({ accepted: true, output: { mayBeConnected: true } })
})

it("stores no later deadline than a look has lowered meanwhile, where the clock was set back", async () => {
  const { clock, intents, other, respond, writes } = await openAt("2FA")
  const sending = intents.send("ada", submitCode("123456"))
  await expect.poll(async () => (await other.look("ada"))?.busy).toBe(true)
  clock.jump(-600_000)
  const expiresAt = clock.now() + 300_000
  await other.look("ada")
  clock.jump(20_000)
  await respond(1, demanded({ type: "2FA" }))
  await sending
  expect(JSON.parse(writes.at(-1) ?? "")).toMatchObject({ saved: { state: "checkpoint", expiresAt } })
})

it("polls no approval where that is turned off", async () => {
  const { clock, intents, names } = await openAt("IN_APP_VALIDATION", { inAppPollInterval: 0 })
  clock.advance(60_000)
  expect(await intents.look("ada")).toMatchObject({ step: { kind: "approval" }, busy: false })
  expect(names()).toEqual(["submit"])
})

it.each<[string, TransportOutcome, TransportOutcome, boolean]>([
  ["an approval in doubt whose response is lost after that of the code that overtook it", wrongCode, network, true],
  ["nothing in doubt that the code settled", network, rejected("errors/unknown", 429, "retry"), false],
])("keeps %s", async (_, first, approval, isInDoubt) => {
  const { intents, other, respond, isSent } = await openAt("2FA", { canApproveInApp: true })
  const typing = intents.send("ada", submitCode("111111"))
  await respond(1, first)
  await typing
  const approving = intents.send("ada", approveInApp())
  await isSent(3)
  const overtaking = other.send("ada", submitCode("222222"))
  await respond(3, wrongCode)
  await overtaking
  await respond(2, approval)
  await approving
  const ending = other.send("ada", submitCode("333333"))
  await respond(4, rejected("errors/unknown_authentication_context", 403, "restart"))
  const { output } = (await ending) ?? {}
  expect(output?.status).toBe("failed")
  expect(output && "mayBeConnected" in output).toBe(isInDoubt)
})

it("keeps a login that was canceled before its first checkpoint, though its request is then lost", async () => {
  const { intents, other, respond, isSent } = withResponsesByHand()
  await intents.start("ada", { provider: "INSTAGRAM" })
  const sending = intents.send("ada", login("ada"))
  await isSent(1)
  await other.send("ada", cancelIntent())
  await respond(0, network)
  await sending
  expect(await other.look("ada")).toMatchObject({ output: { status: "failed", mayBeConnected: true } })
  expect(await other.start("ada", { provider: "INSTAGRAM" })).toMatchObject({ accepted: false })
})

it("lets a person overtake the poll that a look has sent", async () => {
  const { clock, intents, other, isSent, respond, names } = await openAt("IN_APP_VALIDATION")
  clock.advance(5_000)
  const looking = intents.look("ada")
  await isSent(2)
  const switching = other.send("ada", switchMethod())
  await isSent(3)
  await respond(2, demanded({ type: "2FA" }))
  expect(await switching).toMatchObject({ step: { kind: "code" }, accepted: true })
  await respond(1, network)
  expect(await looking).toMatchObject({ step: { kind: "code" }, accepted: false })
  expect(names()).toEqual(["submit", "inApp", "method"])
})

it("makes a person's approval wait for nothing but another of theirs", async () => {
  const { intents, other, isSent, names } = await openAt("IN_APP_VALIDATION")
  void intents.send("ada", approveInApp())
  await isSent(2)
  expect(await other.send("ada", approveInApp())).toMatchObject({
    busy: true,
    accepted: false,
    step: { kind: "approval", canApproveInApp: false, canSwitchMethod: true },
  })
  void other.send("ada", switchMethod())
  await isSent(3)
  expect(names()).toEqual(["submit", "inApp", "method"])
})

it("cancels while a request is in flight, and reports that the account may be connected", async () => {
  const { intents, other, isSent, respond } = await openAt("2FA")
  const sending = intents.send("ada", submitCode("123456"))
  await isSent(2)
  const canceled = { status: "failed", failure: { type: "client/canceled" }, mayBeConnected: true, accountId: "acc_1" }
  expect(await other.send("ada", cancelIntent())).toMatchObject({ output: canceled, busy: false, accepted: true })
  await respond(1, network)
  expect(await sending).toMatchObject({ output: canceled })
})

/** Sends a code with a faulty store, and returns the effect. */
async function sendAt(wrap: (swap: Store["swap"]) => Store["swap"], onMistake = (_: AuthIntentError) => {}) {
  const { store, clock } = await openAt("2FA")
  const sent: string[] = []
  const transport: AuthTransport<Credentials> = {
    submit: () => expect.fail("sent"),
    solve: async ({ solution }) => {
      sent.push(solution.kind)
      return connected
    },
  }
  const intents = createIntents({ transport, store: { get: store.get, swap: wrap(store.swap) }, clock, onMistake })
  const result = await intents.send("ada", submitCode("123456")).catch((error: AuthIntentError) => error)
  return { result, sent, look: () => intents.look("ada") }
}

it("sends nothing where the store cannot be claimed", async () => {
  const { result, sent } = await sendAt(() => () => Promise.reject(new Error("secret://store")))
  expect(result).toMatchObject({ name: "AuthIntentError", code: "store_failed", message: "store.swap threw" })
  expect(result).not.toHaveProperty("cause")
  expect(sent).toEqual([])
})

it.each(["", "{", "null", "{}", '{"saved":{"version":1}}', 7, null])(
  "sends nothing for the entry %j, which is none of its own",
  async (entry) => {
    const store: Store = { get: async () => entry as string, swap: () => expect.fail("swapped") }
    const transport: AuthTransport<Credentials> = { submit: () => expect.fail("sent") }
    const sending = createIntents({ transport, store }).send("ada", login("ada"))
    if (entry === null) expect(await sending).toBeUndefined()
    else await expect(sending).rejects.toMatchObject({ name: "AuthIntentError", code: "store_failed" })
  },
)

/** A store whose swaps fail by their number, counted from 1. */
function failAt(isFailing: (count: number) => boolean): Parameters<typeof sendAt>[0] {
  let count = 0
  return (swap) =>
    (...entry) => {
      count += 1
      return isFailing(count) ? Promise.reject(new Error("the database is away")) : swap(...entry)
    }
}

it("returns what a request came to though the store failed meanwhile, and reports it", async () => {
  const mistakes: string[] = []
  const print = vi.spyOn(console, "error").mockImplementation(() => {})
  const { result } = await sendAt(
    failAt((count) => count > 1),
    ({ code }) => {
      mistakes.push(code)
      throw new Error("the log is gone, too")
    },
  )
  expect(result).toMatchObject({ output: { status: "connected" } })
  expect(mistakes).toEqual(["store_failed"])
  expect(print.mock.calls).toEqual([[expect.stringContaining("store_failed")]])
})

it("stores what a request came to where the store fails once, and reports nothing", async () => {
  const onMistake = vi.fn()
  const { look } = await sendAt(
    failAt((count) => count === 2),
    onMistake,
  )
  expect(await look()).toMatchObject({ output: { status: "connected" } })
  expect(onMistake).not.toHaveBeenCalled()
})

it("recognizes a claim whose response was lost, and sends once", async () => {
  const { result, sent } = await sendAt((swap) => async (...args) => {
    await swap(...args)
    throw new Error("the connection died")
  })
  expect(result).toMatchObject({ output: { status: "connected" }, busy: false })
  expect(sent).toEqual(["code"])
})

it("returns the session, which nothing has stored, where the store has written the end and failed to say so", async () => {
  const { store, clock } = await openAt("2FA")
  let isAway = false
  const failing: Store = {
    async get(key) {
      if (!isAway) return store.get(key)
      isAway = false
      throw new Error("the database is away")
    },
    async swap(...entry) {
      isAway = entry[2]?.includes('"connected"') === true
      return (await store.swap(...entry)) && (isAway ? Promise.reject(new Error("the database is away")) : true)
    },
  }
  const transport: AuthTransport<Credentials> = {
    submit: () => expect.fail("sent"),
    solve: async () => ({ kind: "connected", accountId: "acc_1", session: new Secret("session") }),
  }
  const status = await createIntents({ transport, store: failing, clock }).send("ada", submitCode("123456"))
  expect(status?.output).toHaveProperty("session")
})

it("leaves no timer behind, also where a claim is being renewed as its request ends", async () => {
  const { clock, intents, store, isSent, respond } = await openAt("2FA")
  expect(clock.pending).toEqual([])
  const sending = intents.send("ada", submitCode("123456"))
  await isSent(2)
  const { get } = store
  const renewing = createDeferred()
  store.get = (key) => renewing.promise.then(() => get(key))
  clock.advance(10_000)
  store.get = get
  await respond(1, connected)
  await sending
  renewing.resolve()
  await new Promise(setImmediate)
  expect(clock.pending).toEqual([])
})

it("hands an inspector everything but secrets", async () => {
  const seen: string[] = []
  const { intents } = againstSandbox({ inspect: (event) => seen.push(JSON.stringify(event)) })
  await intents.start("ada", { provider: "INSTAGRAM" })
  await intents.send("ada", login("2fa"))
  await intents.send("ada", submitCode("123456"))
  expect(seen.join()).toContain("code.submit")
  expect(seen.join()).not.toMatch(/correct horse|123456/)
})

it.each([
  ["no store", { store: undefined }],
  ["a store without swap", { store: { get: async () => undefined } }],
  ["an interval out of range", { inAppPollInterval: -1 }],
  ["an option that there is not", { onEnd: () => {} }],
])("refuses %s", (_, wrong) => {
  const options = { transport: { submit: async () => connected }, store: createMemoryStore(), ...wrong }
  expect(() => createIntents(options as never)).toThrow(expect.objectContaining({ code: "invalid_option" }))
})

it("reports once that there are no options", () => {
  expect(() => createIntents(undefined as never)).toThrow(/^createIntents: it should be an object$/)
})

it.each([undefined, null, "code.submit", {}])("refuses the event %j", async (event) => {
  const { intents } = againstSandbox()
  await intents.start("ada", { provider: "INSTAGRAM" })
  const wrong = expect.objectContaining({ name: "AuthIntentError", code: "invalid_event" })
  await expect(intents.send("ada", event as never)).rejects.toEqual(wrong)
  expect(await intents.look("ada")).toMatchObject({ step: { kind: "credentials" } })
})

it.each(["inAppPoll.authIntent.checkpoint.inApp", "intentTimeout.authIntent.checkpoint"])(
  "a host that sends the timer %s neither polls before its time nor ends the intent",
  async (timer) => {
    const { intents } = againstSandbox()
    await intents.start("ada", { provider: "INSTAGRAM" })
    await intents.send("ada", login("in-app-pending-3"))
    const { step } = (await intents.look("ada")) ?? {}
    const sending = intents.send("ada", { type: `xstate.after.${timer}` } as never)
    await expect(sending).rejects.toMatchObject({ code: "invalid_event" })
    expect(await intents.look("ada")).toMatchObject({ step })
  },
)

it.each(["", "\ud800", "x".repeat(501), 7])("refuses the id %j", async (id) => {
  const { intents } = againstSandbox()
  const wrong = expect.objectContaining({ code: "invalid_option" })
  await expect(intents.start(id as string, { provider: "INSTAGRAM" })).rejects.toEqual(wrong)
  await expect(intents.look(id as string)).rejects.toEqual(wrong)
})
