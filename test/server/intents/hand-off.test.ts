import fc from "fast-check"
import { expect, it, vi } from "vitest"
import { waitFor } from "xstate"
import type { Outcome, SavedIntent } from "../../../machines/auth-intent.types.ts"
import type { Fetch } from "../../../src/http/post-json.ts"
import { createAuthIntent } from "../../../src/intent/create-auth-intent.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, switchMethod } from "../../../src/intent/events.ts"
import { createSandbox } from "../../../src/sandbox/create-sandbox.ts"
import { createIntents } from "../../../src/server/intents/create-intents.ts"
import { noteOutcome, noteSent } from "../../../src/server/intents/hand-off.ts"
import { type IntentStatus, toIntentKey } from "../../../src/server/intents/intent-entry.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import { createTestClock } from "../../../src/testing/create-test-clock.ts"
import { createPostpressTransport } from "../../../src/transports/postpress.ts"
import { createDeferred } from "../../harness/deferred.ts"
import { deadline, startsAt } from "../../harness/outcomes.ts"
import { apiKey, approval, createPageTransport, holdRequests, hostRelay } from "../relay/host-relay.ts"

const notSolved = { type: "errors/invalid_checkpoint_solution" }
const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } }

/** Hosts a back end and a relay on one store, in front of one sandbox. For a code, `respond` replaces the sandbox. */
function hostBoth(respond?: (code: string, ...request: Parameters<Fetch>) => ReturnType<Fetch>) {
  const clock = createTestClock({ now: startsAt })
  const sandbox = createSandbox({ apiKey, clock })
  const store = createMemoryStore({ clock })
  const sent: string[] = []
  const fetch: Fetch = (url, init) => {
    const { code } = JSON.parse(init.body)
    sent.push(code ?? "credentials")
    return respond && code !== undefined ? respond(code, url, init) : sandbox.fetch(url, init)
  }
  const intents = createIntents({ transport: createPostpressTransport({ apiKey, fetch }), store, clock })
  const { relay, connected, solve } = hostRelay({ fetch, store, clock })

  /** Opens a user's page that resumes a record. */
  function open(record: SavedIntent | undefined, user = "ada") {
    const transport = createPageTransport(relay, user)
    const resume: SavedIntent = JSON.parse(JSON.stringify(record))
    const page = createAuthIntent({ transport, provider: resume.provider, resume, clock }).start()
    return {
      page,
      async send(event: Parameters<typeof page.send>[0]) {
        page.send(event)
        return (await waitFor(page, (snapshot) => !snapshot.hasTag("busy"))).value
      },
    }
  }

  async function start(username: string) {
    await intents.start("login-1", { provider: "INSTAGRAM" })
    return intents.send("login-1", submitCredentials({ username, password: "correct horse" }))
  }

  const handOff = (user = "ada") => relay.handOff(intents, "login-1", user)
  return { clock, store, sent, connected, intents, relay, solve, open, start, handOff }
}

it("hands an unattended login over to a person, who solves it through the relay", async () => {
  const { start, handOff, open, intents, connected, sent } = hostBoth()
  expect(await start("2fa-then-otp")).toMatchObject({ step: { kind: "code" } })
  const record = await handOff()
  expect(record).toMatchObject({ state: "checkpoint", checkpoint: { type: "2FA" }, expiresAt: deadline })
  const { send } = open(record)
  expect(await send(submitCode("000000"))).toEqual({ checkpoint: "twoFactor" })
  expect(await intents.look("login-1")).toMatchObject({ step: { kind: "code", checkpoint: { type: "2FA" } } })
  expect(await send(submitCode("123456"))).toEqual({ checkpoint: "otp" })
  expect(await intents.look("login-1")).toMatchObject({ step: { kind: "code", checkpoint: { type: "OTP" } } })
  expect(await send(submitCode("123456"))).toBe("connected")
  expect(await intents.look("login-1")).toMatchObject({
    output: { status: "connected", accountId: connected[0]?.accountId },
  })
  expect(connected).toEqual([{ userId: "ada", provider: "INSTAGRAM", accountId: expect.stringMatching(/^acc_/) }])
  expect(JSON.stringify(record)).not.toContain(connected[0]?.accountId)
  expect(sent).toEqual(["credentials", "000000", "123456", "123456"])
})

it.each(["get", "swap"] as const)("learns that it is connected though the store fails once, in %s", async (name) => {
  let isFailing = false
  const { store, ...host } = hostBoth(() => {
    isFailing = true
    return Response.json({ object: "AccountCreated", account_id: "acc_1" }, { status: 201 })
  })
  await host.start("2fa")
  const { send } = host.open(await host.handOff())
  const call = store[name] as (...given: unknown[]) => Promise<unknown>
  Object.assign(store, {
    [name](key: string, ...more: unknown[]) {
      if (!isFailing || !key.startsWith("intent:")) return call(key, ...more)
      isFailing = false
      return Promise.reject(new Error("the database is away"))
    },
  })
  expect(await send(submitCode("123456"))).toBe("connected")
  expect(await host.intents.look("login-1")).toMatchObject({ output: { status: "connected" } })
})

/** Hands over an intent during an approval. `approve` responds to the approval, `refuse` to the page's code. */
async function handOverApproving() {
  const approved = createDeferred<Response>()
  const refused = createDeferred<Response>()
  const host = hostBoth((code) => {
    if (code === approval) return approved.promise
    return code === "123456" ? refused.promise : Response.json(checkpoint, { status: 202 })
  })
  await host.start("in-app-pending-3")
  const approving = host.intents.send("login-1", approveInApp())
  await expect.poll(() => host.sent).toEqual(["credentials", approval])
  await host.intents.send("login-1", switchMethod())
  async function approve() {
    approved.resolve(Response.json({ object: "AccountCreated", account_id: "acc_1" }, { status: 201 }))
    expect(await approving).toMatchObject({ output: { status: "connected" } })
  }
  const refuse = (status: number) =>
    refused.resolve(Response.json({ type: "errors/unknown_authentication_context" }, { status }))
  return { ...host, ...host.open(await host.handOff()), approve, refuse }
}

it("connects its page too, and sends no code, once an approval that the back end had overtaken has connected it", async () => {
  const { approve, send, sent, connected } = await handOverApproving()
  await approve()
  expect(await send(submitCode("123456"))).toBe("connected")
  expect([sent.includes("123456"), connected]).toMatchObject([false, [{ accountId: "acc_1" }]])
})

it.each([401, 404])(
  "connects its page too, where that comes while a code is upstream which a %i refuses",
  async (status) => {
    const { approve, refuse, send, sent, connected } = await handOverApproving()
    const sending = send(submitCode("123456"))
    await expect.poll(() => sent).toContain("123456")
    await approve()
    refuse(status)
    expect(await sending).toBe("connected")
    expect(connected).toMatchObject([{ accountId: "acc_1" }])
  },
)

it.each([
  ["errors/account_restricted", 403, "failed"],
  ["errors/invalid_parameters", 400, "expired"],
])(
  "ends as its page does, with %s, though the back end has looked past the deadline meanwhile",
  async (type, status, end) => {
    const responded = createDeferred<Response>()
    const { start, handOff, open, intents, clock, sent } = hostBoth(() => responded.promise)
    await start("2fa")
    const { page, send } = open(await handOff())
    clock.advance(299_000)
    const sending = send(submitCode("123456"))
    await expect.poll(() => sent.length).toBe(2)
    clock.advance(2_000)
    expect(await intents.look("login-1")).toMatchObject({ output: { status: "expired" } })
    responded.resolve(Response.json({ type }, { status }))
    expect(await sending).toBe(end)
    const { failure } = { failure: undefined, ...page.getSnapshot().output }
    expect((await intents.look("login-1"))?.output).toMatchObject({ status: end, failure })
  },
)

it("refuses what the back end sends from then on, and polls no approval", async () => {
  const { start, handOff, intents, clock, sent } = hostBoth()
  await start("in-app-pending-3")
  await handOff()
  clock.advance(60_000)
  const step = { kind: "approval" }
  expect(await intents.send("login-1", approveInApp())).toMatchObject({ step, busy: false, accepted: false })
  expect(await intents.send("login-1", cancelIntent())).toMatchObject({ step, accepted: false })
  expect(await intents.look("login-1")).toMatchObject({ step })
  expect(sent).toEqual(["credentials"])
})

it("returns the same login to the same user again, with the same deadline and limits", async () => {
  const { start, handOff, open, intents, clock, sent } = hostBoth()
  await start("2fa")
  const first = open(await handOff())
  for (let wrong = 0; wrong < 5; wrong++) await first.send(submitCode("000000"))
  clock.advance(120_000)
  const record = await handOff()
  expect(record).toMatchObject({ expiresAt: deadline })
  const second = open(record)
  for (let wrong = 0; wrong < 5; wrong++) await second.send(submitCode("000000"))
  expect(sent.length).toBe(11)
  expect(await second.send(submitCode("123456"))).toBe("failed")
  for (const output of [second.page.getSnapshot().output, (await intents.look("login-1"))?.output]) {
    expect(output).toMatchObject({ failure: { type: "errors/too_many_attempts" } })
  }
  expect(sent.length).toBe(11)
})

it("is refused to another user", async () => {
  const { start, handOff, open, sent } = hostBoth()
  await start("2fa")
  const record = await handOff("ada")
  expect(await handOff("mallory")).toBeUndefined()
  const { send, page } = open(record, "mallory")
  expect(await send(submitCode("123456"))).toBe("failed")
  expect(page.getSnapshot().output).toMatchObject({ failure: { status: 403 } })
  expect(sent).toEqual(["credentials"])
})

it.each<[string, (host: ReturnType<typeof hostBoth>) => Promise<unknown>]>([
  ["that was never started", async () => {}],
  ["without a checkpoint", async ({ intents }) => intents.start("login-1", { provider: "INSTAGRAM" })],
  ["that is finished", async ({ start }) => start("ok")],
  ["past its deadline", async ({ start, clock }) => start("2fa").then(() => clock.advance(300_000))],
  [
    "that was handed over, past its deadline",
    async ({ start, handOff, clock }) => {
      await start("2fa")
      await handOff()
      clock.advance(300_000)
    },
  ],
])("is refused for an intent %s", async (_, prepare) => {
  const host = hostBoth()
  await prepare(host)
  expect(await host.handOff()).toBeUndefined()
})

it("is refused while a request is upstream", async () => {
  const { fetch, hold } = holdRequests()
  const { start, handOff, intents } = hostBoth((_, ...request) => fetch(...request))
  await start("2fa")
  const sending = intents.send("login-1", submitCode("123456"))
  const respond = await hold(
    "123456",
    sending.then(() => ({ short: "" })),
  )
  expect(await handOff()).toBeUndefined()
  await respond(401, notSolved)
  expect(await handOff()).toMatchObject({ state: "checkpoint" })
})

it("keeps the deadline of the login that was handed over", async () => {
  const { start, handOff, open, clock, intents, sent } = hostBoth()
  await start("2fa")
  clock.advance(200_000)
  const { page } = open(await handOff())
  clock.advance(100_000)
  expect(page.getSnapshot().output).toMatchObject({ status: "expired" })
  const expired = { status: "expired", provider: "INSTAGRAM", accountId: expect.any(String), expiresAt: deadline }
  // Nothing was sent, so nothing can have connected the account.
  expect((await intents.look("login-1"))?.output).toEqual(expired)
  expect(sent).toEqual(["credentials"])
})

it.each([
  ["that has ended", 403, { handOff: undefined }, {}],
  ["whose deadline has come", 408, {}, { expiresAt: 10_000 }],
])("sends nothing of an intent %s by the clock of its back end", async (_, status, changed, saved) => {
  const { start, handOff, solve, clock, store, sent, connected } = hostBoth()
  await start("2fa")
  const token = (await handOff())?.accountId ?? ""
  const key = await toIntentKey("login-1")
  const before = (await store.get(key)) ?? ""
  const entry = JSON.parse(before)
  const after = { ...entry, ...changed, saved: { ...entry.saved, ...saved } }
  await store.swap(key, before, JSON.stringify(after), deadline)
  clock.advance(10_000)
  expect(await solve(token)).toMatchObject({ status })
  expect([sent, connected]).toEqual([["credentials"], []])
})

it("sends nothing of an intent that its back end ends while the relay notes that it sends", async () => {
  const { start, handOff, solve, store, sent, connected } = hostBoth()
  await start("2fa")
  const token = (await handOff())?.accountId ?? ""
  const { swap } = store
  store.swap = async (key, before, after, expiresAt) => {
    if (!key.startsWith("intent:")) return swap(key, before, after, expiresAt)
    store.swap = swap
    const { saved } = JSON.parse(before ?? "")
    await swap(key, before, JSON.stringify({ saved: { ...saved, state: "expired" }, pollAt: 0 }), expiresAt)
    return false
  }
  expect(await solve(token)).toMatchObject({ status: 403 })
  expect([sent, connected]).toEqual([["credentials"], []])
})

const lost = new Error("the connection died")
const refused = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })

/** Posts an approval and a code that overtakes it, and responds to both in this order. */
async function overtake(responses: [name: string, status: number, body: unknown][]) {
  const { fetch, hold } = holdRequests()
  const both = hostBoth((_, ...request) => fetch(...request))
  await both.start("2fa")
  const token = (await both.handOff())?.accountId ?? ""
  const respond = new Map([
    [approval, await hold(approval, both.solve(token, undefined, { kind: "inApp" }))],
    ["123456", await hold("123456", both.solve(token))],
  ])
  let between: IntentStatus | undefined
  for (const [name, status, body] of responses) {
    between = await both.intents.look("login-1")
    expect(await respond.get(name)?.(status, body)).toMatch(`${status} `)
  }
  both.clock.advance(300_000)
  return { between, output: (await both.intents.look("login-1"))?.output }
}

// biome-ignore format: a table
it.each<[string, Parameters<typeof overtake>[0]]>([
  ["a code was lost and the approval before it then gets a checkpoint", [["123456", 502, ""], [approval, 202, checkpoint]]],
  ["a code was lost and the approval before it then gets not yet", [["123456", 502, ""], [approval, 401, notSolved]]],
  ["an approval is lost after the code that overtook it was wrong", [["123456", 401, notSolved], [approval, 502, ""]]],
])("reports that the account may be connected where %s", async (_, responses) => {
  const { output } = await overtake(responses)
  expect(output).toMatchObject({ status: "expired", mayBeConnected: true })
})

it("goes on where an approval is refused for good while the code that overtook it is upstream", async () => {
  const { between, output } = await overtake([
    [approval, 403, { type: "errors/account_mismatch" }],
    ["123456", 401, notSolved],
  ])
  expect(between?.step.kind).toBe("code")
  expect(output).toMatchObject({ status: "expired" })
  expect(output).not.toHaveProperty("mayBeConnected")
})

it.each([
  ["in doubt where it is lost", 502, "", true],
  ["in no doubt where it was wrong", 401, notSolved, false],
])("leaves a login whose approval was refused for good, and that then gets a code, %s", async (...given) => {
  const [, status, body, isInDoubt] = given
  const { fetch, hold } = holdRequests()
  const { start, handOff, solve, intents } = hostBoth((_, ...request) => fetch(...request))
  await start("2fa")
  const token = (await handOff())?.accountId ?? ""
  const respondToApproval = await hold(approval, solve(token, undefined, { kind: "inApp" }))
  await respondToApproval(403, { type: "errors/account_mismatch" })
  const respondToCode = await hold("123456", solve(token))
  const isDoubted = async () => "mayBeConnected" in Object((await intents.look("login-1"))?.output)
  expect(await isDoubted()).toBe(true)
  await respondToCode(status, body)
  expect(await isDoubted()).toBe(isInDoubt)
})

/** Hands a login over, slows its store while the relay records a request, and sends a code that gets no response. */
async function sendSlowly(delay: number) {
  const both = hostBoth()
  await both.start("2fa")
  both.clock.advance(10_000)
  const { send, page } = both.open(await both.handOff())
  const { get } = both.store
  both.store.get = (key) => {
    if (key.startsWith("intent:")) both.clock.advance(delay)
    return get(key)
  }
  await send(submitCode("123456"))
  both.store.get = get
  expect(both.sent).toEqual(["credentials"])
  return { ...both, page }
}

it("sends nothing that could outlast its turn, where the store took long to note it", async () => {
  const { page } = await sendSlowly(5_001)
  const { value, context } = page.getSnapshot()
  expect(value).toEqual({ checkpoint: "twoFactor" })
  expect(context.failure).toMatchObject({ status: 503, recovery: "retry" })
})

it.each([
  ["its turn", 5_001],
  ["the deadline", 290_000],
])("reports nothing of a connected account where the store took past %s and nothing was sent", async (_, delay) => {
  const { clock, intents } = await sendSlowly(delay)
  clock.advance(300_000)
  const output = (await intents.look("login-1"))?.output
  expect(output).toMatchObject({ status: "expired" })
  expect(output).not.toHaveProperty("mayBeConnected")
})

/** The API's response to a code, as a status and a type, or the reason that none arrives. */
const codes: [string, (Error | [status: number, type?: string])[], "expired" | "failed", boolean][] = [
  ["a code is lost", [lost], "expired", true],
  ["the API cannot be reached", [refused], "expired", false],
  ["a code is lost and the next cannot be sent", [lost, refused], "expired", true],
  ["a redirect", [[302]], "expired", true],
  ["a 400", [[400, "errors/invalid_parameters"]], "expired", false],
  ["a 408 close to the deadline", [[408, "errors/request_timeout"]], "expired", true],
  ["a 408 close to the deadline and then a 400", [[408], [400]], "expired", false],
  ["a cancel of another", [[409, "errors/operation_canceled"]], "failed", false],
  ["an error of the provider's", [[500, "errors/provider_error"]], "expired", true],
  ["an intent that has ended", [[500, "errors/authentication_intent_error"]], "failed", false],
  ["a 503", [[503, "errors/no_handler"]], "expired", false],
]

it.each(codes)("ends as the person's page does, in the same doubt: %s", async (_, results, status, mayBeConnected) => {
  const remaining = [...results]
  const { start, handOff, open, clock, intents } = hostBoth(() => {
    const result = remaining.shift()
    if (!Array.isArray(result)) return Promise.reject(result)
    return Response.json({ type: result[1] }, { status: result[0] })
  })
  await start("2fa")
  clock.advance(280_000)
  const { page, send } = open(await handOff())
  while (remaining.length > 0) await send(submitCode("123456"))
  clock.advance(20_000)
  const { output } = (await intents.look("login-1")) ?? {}
  const ends = [page.getSnapshot().output, output].map((end) => [end?.status, end && "mayBeConnected" in end])
  expect(ends).toEqual(Array(2).fill([status, mayBeConnected]))
  if (status === "failed") expect(output).toMatchObject({ failure: { type: results.flat().at(-1) } })
})

it("still reports that the account may be connected where the back end died before the hand-off, with a code in flight", async () => {
  const { start, handOff, open, clock, intents, sent } = hostBoth((code) =>
    code === "111111" ? new Promise(() => {}) : Response.json({ type: "errors/account_restricted" }, { status: 403 }),
  )
  await start("2fa")
  // The timer that renews the claim dies with its process.
  const arm = vi.spyOn(clock, "setTimeout").mockReturnValueOnce(0)
  void intents.send("login-1", submitCode("111111"))
  await expect.poll(() => sent).toContain("111111")
  arm.mockRestore()
  clock.advance(30_000)
  const { page, send } = open(await handOff())
  await send(submitCode("123456"))
  for (const output of [page.getSnapshot().output, (await intents.look("login-1"))?.output]) {
    expect(output).toMatchObject({ status: "failed", mayBeConnected: true })
  }
})

it("shows what the provider refused for good where the store fails at that moment", async () => {
  const both = hostBoth(() => {
    for (const method of ["get", "swap"] as const) vi.spyOn(both.store, method).mockRejectedValue(new Error())
    return Response.json({ type: "errors/account_restricted" }, { status: 403 })
  })
  await both.start("2fa")
  const { page, send } = both.open(await both.handOff())
  await send(submitCode("123456"))
  expect(page.getSnapshot().output).toMatchObject({ status: "failed", failure: { type: "errors/account_restricted" } })
})

it("refuses intents on another store", async () => {
  const { relay, intents } = hostBoth()
  const wrong = { name: "AuthIntentError", code: "invalid_option" }
  await expect(relay.handOff(hostBoth().intents, "login-1", "ada")).rejects.toMatchObject(wrong)
  await expect(relay.handOff(intents, "login-1", "\ud800")).rejects.toMatchObject(wrong)
})

const at = startsAt
const wrongCode = { type: "errors/invalid_checkpoint_solution", status: 401, recovery: "correct" } as const
const restricted = { type: "errors/account_restricted", status: 403, recovery: "stop" } as const
const outcomes: Outcome[] = [
  { kind: "connected", at, accountId: "acc_2" },
  { kind: "rejected", at, failure: restricted },
  { kind: "checkpoint", at, accountId: "acc_2", checkpoint: { type: "OTP" } },
  { kind: "rejected", at, failure: wrongCode },
  { kind: "rejected", at, failure: { type: "client/network", status: 0, recovery: "retry" } },
  { kind: "rejected", at, sent: false, failure: { type: "client/network", status: 0, recovery: "retry" } },
]

it("can be read after any notes of the relay: connected stays connected, and a failure ends all but that", async () => {
  const { start, handOff, intents, store } = hostBoth()
  await start("2fa")
  await handOff()
  const key = await toIntentKey("login-1")
  const text = (await store.get(key)) ?? ""
  const { login = "" } = JSON.parse(text).handOff
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(outcomes.length), { maxLength: 8 }), async (indexes) => {
      await store.swap(key, await store.get(key), text, deadline)
      for (const index of indexes) {
        const outcome = outcomes[index]
        if (outcome) await noteOutcome(store, { key, login }, "code", outcome)
        else await noteSent(store, { key, login })
      }
      const { output, step } = (await intents.look("login-1")) ?? {}
      if (indexes.includes(0)) expect(output).toMatchObject({ status: "connected", accountId: "acc_2" })
      else if (indexes.includes(1)) expect(output).toMatchObject({ status: "failed" })
      else expect(step).toMatchObject({ kind: "code", checkpoint: { type: indexes.includes(2) ? "OTP" : "2FA" } })
    }),
    { numRuns: 300 },
  )
})
