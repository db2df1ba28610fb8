import { describe, expect, it, vi } from "vitest"
import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { createDurable } from "../../src/durable/create-durable.ts"
import { createEngineIntents } from "../../src/durable/create-engine-intents.ts"
import type { DurableIntent, DurableOptions, JournaledStep } from "../../src/durable/durable-intent.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, switchMethod } from "../../src/intent/events.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { firstKey, secondKey } from "./conformance.ts"
import { recordsOfBefore } from "./records-of-0.1.ts"

/** An engine that keeps nothing: each step runs once. */
const once: JournaledStep = (_, action) => action()

const login = (username: string) => submitCredentials({ username, password: "correct horse" })

function open(more: Partial<DurableOptions<PostpressCredentials>> = {}) {
  const clock = createTestClock({ now: 1_800_000_000_000 })
  const sandbox = createSandbox({ clock })
  const sent: string[] = []
  const mistakes: string[] = []
  const transport = createPostpressTransport({
    apiKey: "sandbox",
    fetch: (url, init) => {
      sent.push(init.body)
      return sandbox.fetch(url, init)
    },
  })
  const onMistake = ({ code }: { code: string }) => mistakes.push(code)
  const options = { transport, keys: [firstKey], clock, onMistake, ...more }
  const core = createDurable(options)
  const seal = async (event: AuthIntentEvent<PostpressCredentials>, kept: DurableIntent) => {
    const sealed = await core.seal({ event }, kept)
    if (sealed === undefined) throw new Error("the event is refused")
    return sealed
  }
  const first = (id = "ada"): DurableIntent => {
    return { id, saved: newIntent({ provider: "INSTAGRAM" }), turn: 0, at: clock.now() }
  }
  /** Builds intents on an engine that keeps only this intent. */
  const intentsWith = (kept: DurableIntent) => {
    const fail = () => Promise.reject(new Error("it is called"))
    return createEngineIntents(core, { create: fail, read: async () => kept, deliver: fail }, options)
  }
  return {
    ...core,
    transport,
    first,
    intentsWith,
    status: (kept: DurableIntent) => intentsWith(kept).look(kept.id),
    clock,
    sent,
    mistakes,
    seal,
    /** Replaces an entry as a relay's store does. */
    swap: async (kept: DurableIntent, before: string, after: string) =>
      core.step(once, kept, await core.seal({ swap: { before, after } }, kept)),
    other: createDurable({ ...options, keys: [secondKey] }),
    kept: first(),
    /** Does a step, and returns the record published while its request is in flight. */
    async during(kept: DurableIntent, sealed?: string) {
      let published: DurableIntent | undefined
      const publish = (during: DurableIntent) => {
        published = during
      }
      await core.step(once, kept, sealed, { publish })
      return published ?? expect.fail("nothing is published")
    },
    async at(username: string) {
      const kept = first()
      return (await core.step(once, kept, await seal(login(username), kept))).kept
    },
  }
}

describe("a sealed event", () => {
  it("is refused and reported by another intent, and by a process without its key", async () => {
    const { seal, step, other, kept, first, sent, mistakes } = open()
    const sealed = await seal(login("2fa"), kept)
    const bea = first("bea")
    expect(await step(once, bea, sealed)).toEqual({ kept: bea, accepted: false })
    expect(await other.step(once, kept, sealed)).toEqual({ kept, accepted: false })
    expect(await step(once, kept, `${sealed.slice(0, -4)}AAAA`)).toEqual({ kept, accepted: false })
    expect(mistakes).toEqual(["invalid_event", "invalid_event", "invalid_event"])
    expect(sent).toEqual([])
  })

  it("that cannot be opened changes nothing where reporting it throws, or the engine would run its step for ever", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {})
    const { step, kept } = open({ onMistake: () => expect.fail("the log is gone") })
    expect(await step(once, kept, "sealed by nobody")).toEqual({ kept, accepted: false })
    expect(print.mock.calls).toEqual([[expect.stringContaining("invalid_event")]])
  })

  it("is not sent once an engine has held it for a lifetime", async () => {
    const { seal, step, kept, clock, sent } = open()
    const sealed = await seal(login("2fa"), kept)
    clock.jump(300_000)
    expect(await step(once, kept, sealed)).toEqual({ kept, accepted: false })
    expect(sent).toEqual([])
  })

  it("is not sent again on an intent that has the same id later: a cancel, either, is good for a lifetime", async () => {
    const { seal, step, kept, first, clock } = open()
    const cancel = await seal(cancelIntent(), kept)
    clock.jump(299_999)
    expect(await step(once, kept, cancel)).toMatchObject({ accepted: true })
    clock.jump(1)
    const again = first()
    expect(await step(once, again, cancel)).toEqual({ kept: again, accepted: false })
  })

  it("applies in the turn that its sender has seen; a cancel in any", async () => {
    const { seal, step, at, sent } = open()
    const kept = await at("2fa")
    const [wrong, late, cancel] = [
      await seal(submitCode("000000"), kept),
      await seal(submitCode("123456"), kept),
      await seal(cancelIntent(), kept),
    ]
    const next = await step(once, kept, wrong)
    expect(next.accepted).toBe(true)
    expect(await step(once, next.kept, late)).toEqual({ kept: next.kept, accepted: false })
    expect(sent).toHaveLength(2)
    expect(await step(once, next.kept, cancel)).toMatchObject({ kept: { saved: { state: "failed" } }, accepted: true })
  })

  it("is a mistake where its secret is spent, missing or no JSON", async () => {
    const { seal, kept, transport } = open()
    const event = login("2fa")
    await seal(event, kept)
    await expect(seal(event, kept)).rejects.toMatchObject({ code: "secret_spent" })
    const sealed = seal(submitCredentials({ born: new Date(0) }) as never, kept)
    await expect(sealed).rejects.toMatchObject({ code: "invalid_event" })
    const plain = { type: "code.submit", code: "123456" } as never
    await expect(seal(plain, kept)).rejects.toMatchObject({ code: "invalid_secret" })
    const bare = createDurable({ transport, keys: [firstKey] }).seal(login("2fa") as object, kept)
    await expect(bare).rejects.toMatchObject({
      code: "invalid_event",
      message: "seal: a message has an event or a swap",
    })
  })
})

describe("a step", () => {
  it("sends nothing when the engine runs it again, in this process too", async () => {
    const { seal, step, at, sent } = open()
    const kept = await at("2fa")
    const twice: JournaledStep = async (_, action) => {
      await action()
      return action()
    }
    const result = await step(twice, kept, await seal(submitCode("123456"), kept))
    expect(result.kept.saved).toMatchObject({ state: "checkpoint", unanswered: true })
    expect(sent).toHaveLength(2)
  })

  it("accepts no code whose deadline passes between its claim and its sending", async () => {
    const { seal, step, at, sent, clock } = open()
    const kept = await at("2fa")
    const slow: JournaledStep = async (name, action) => {
      if (name === "send") clock.jump(300_000)
      return action()
    }
    const result = await step(slow, kept, await seal(submitCode("123456"), kept))
    expect(result).toMatchObject({ kept: { saved: { state: "expired" } }, accepted: false })
    expect(result.kept.saved).not.toHaveProperty("unanswered")
    expect(sent).toHaveLength(1)
  })

  it.each(["claim", "send"])("throws where the journal returns something else than the result of %s", async (step) => {
    const { seal, step: advance, kept } = open()
    for (const result of [null, undefined, {}, '{"kept":', { kept: null, accepted: true }]) {
      const journal: JournaledStep = async (name, action) => (name === step ? (result as never) : action())
      const advanced = advance(journal, kept, await seal(login("2fa"), kept))
      await expect(advanced).rejects.toMatchObject({ code: "engine_failed", message: expect.stringContaining(step) })
    }
  })

  it("shows the approval and its deadline while it is polled for", async () => {
    const { during, at, status, clock } = open()
    const kept = await at("in-app-pending-3")
    clock.jump(5_000)
    const { expiresAt } = kept.saved
    expect(await status(await during(kept))).toMatchObject({ step: { kind: "approval", expiresAt }, busy: true })
  })

  it("reports no end before the engine has written it", async () => {
    const { step, at, status, clock } = open()
    const kept = await at("2fa")
    clock.jump(300_000)
    expect(await status(kept)).toMatchObject({ step: { kind: "wait" }, busy: true })
    expect(await status((await step(once, kept)).kept)).toMatchObject({ output: { status: "expired" }, busy: false })
  })

  it("does nothing without a message before its time", async () => {
    const { step, at, sent, kept, clock } = open()
    const approval = await at("in-app-pending-3")
    clock.jump(4_999)
    for (const each of [kept, approval]) expect(await step(once, each)).toEqual({ kept: each, accepted: false })
    expect(sent).toHaveLength(1)
  })

  it("takes what a person has sent before a poll", async () => {
    const { step, at, seal, clock } = open()
    const kept = await at("in-app-pending-3")
    const sealed = await seal(switchMethod(), kept)
    clock.jump(5_000)
    const polled = await step(once, kept)
    expect(polled.accepted).toBe(false)
    expect(await step(once, polled.kept, sealed)).toMatchObject({ accepted: true })
  })

  it("sends nothing where the engine could not publish that it is about to", async () => {
    const { step, seal, kept, sent } = open()
    const publish = () => Promise.reject(new Error("read-only"))
    await expect(step(once, kept, await seal(login("2fa"), kept), { publish })).rejects.toThrow("read-only")
    expect(sent).toEqual([])
  })

  it("refuses what a request in flight is not overtaken by", async () => {
    const { step, during, at, seal } = open()
    const kept = await at("in-app")
    const published = await during(kept, await seal(approveInApp(), kept))
    await expect(seal(approveInApp(), published)).rejects.toThrow("refused")
    const cancel = await seal(cancelIntent(), published)
    // The process of the request may have died since.
    expect((await step(once, published, cancel)).kept).not.toHaveProperty("request")
    const { kept: over } = await step(once, kept, await seal(cancelIntent(), kept))
    await expect(seal(cancelIntent(), over)).rejects.toThrow("refused")
  })

  it("shows no failure for a poll that was interrupted", async () => {
    const { step, at, clock } = open()
    const kept = await at("in-app-pending-3")
    clock.jump(5_000)
    const claimed: JournaledStep = async (name, action) => {
      const result = await action()
      return name === "claim" ? { ...result, claim: "of a process that is gone" } : result
    }
    const { saved } = (await step(claimed, kept)).kept
    expect(saved).toMatchObject({ state: "checkpoint", unanswered: true })
    expect(saved.failure).toBeUndefined()
  })

  it("goes on from a record of the version before", async () => {
    const { step, status, seal, at, clock, sent } = open()
    const expiresAt = clock.now() + 300_000
    /** The record with an account that the API knows from another login. */
    const since = async (username: string, record: object): Promise<DurableIntent> => {
      const kept = await at(username)
      return { ...kept, saved: { ...kept.saved, ...record, accountId: kept.saved.accountId ?? "", expiresAt } }
    }
    const wrong = await since("2fa", recordsOfBefore.wrongCode)
    const failure = { type: "errors/invalid_checkpoint_solution", status: 401, recovery: "correct" }
    expect((await status(wrong))?.step).toEqual(expect.objectContaining({ kind: "code", attempts: 1, failure }))
    const solved = await step(once, wrong, await seal(submitCode("123456"), wrong))
    expect(solved).toMatchObject({ kept: { saved: { state: "connected" } }, accepted: true })
    const approval = await since("in-app-pending-3", recordsOfBefore.approval)
    clock.jump(5_000)
    expect((await step(once, approval)).kept.saved).toMatchObject({ state: "checkpoint", expiresAt })
    expect(sent).toHaveLength(4)
  })

  it("refuses a record of a later version, and one that no version has written", async () => {
    const { step, status, clock } = open()
    const saved = { ...recordsOfBefore.wrongCode, expiresAt: clock.now() + 300_000 }
    const before: DurableIntent = { id: "ada", turn: 1, at: clock.now(), saved }
    const later = { ...before, saved: { ...before.saved, version: 2 as never } }
    const refused = { code: "invalid_saved_intent" }
    await expect(step(once, later)).rejects.toMatchObject(refused)
    const spoiled = { ...before, saved: { ...saved, state: "checkpoint" as const, checkpoint: null as never } }
    for (const each of [later, spoiled]) await expect(status(each)).rejects.toMatchObject(refused)
  })
})

it("wakes an intent for the next poll, at the deadline, or to cancel what is not used", async () => {
  const { at, wakeAt, kept, clock, step, seal } = open()
  expect(wakeAt(kept)).toBe(clock.now() + 3_600_000)
  expect(wakeAt(await at("2fa"))).toBe(clock.now() + 300_000)
  const approval = await at("in-app")
  expect(wakeAt(approval)).toBe(clock.now() + 5_000)
  expect(wakeAt({ ...approval, saved: { ...approval.saved, retryAt: clock.now() + 60_000 } })).toBe(
    clock.now() + 60_000,
  )
  expect(open({ clock, inAppPollInterval: 0 }).wakeAt(approval)).toBe(clock.now() + 300_000)
  // When a page drives it: at the deadline, or once a request in flight can no longer have an outcome.
  const handedOver = { ...approval, handOff: "{}" }
  expect(wakeAt(handedOver)).toBe(clock.now() + 300_000)
  expect(wakeAt({ ...handedOver, saved: { ...approval.saved, unanswered: true } })).toBe(clock.now() + 335_000)
  expect(wakeAt((await step(once, approval, await seal(cancelIntent(), approval))).kept)).toBeUndefined()
})

it("brings an intent up to date where the clock was set back, and polls for its approval", async () => {
  const { at, wakeAt, step, clock } = open()
  const kept = await at("in-app")
  clock.jump(-600_000)
  for (const each of [kept, { ...kept, handOff: "{}" }]) {
    expect(wakeAt(each)).toBe(clock.now())
    const { kept: after } = await step(once, each)
    expect(after.at).toBe(clock.now())
    expect(after.saved.expiresAt).toBe(clock.now() + 300_000)
    expect(wakeAt(after)).toBe(clock.now() + (after.handOff === undefined ? 5_000 : 300_000))
  }
})

it("reads a record alike by clocks that differ by up to five seconds", async () => {
  const { at, wakeAt, intentsWith, clock } = open()
  const kept = await at("in-app")
  const before = [wakeAt(kept), await intentsWith(kept).store.get("intent:ada")]
  clock.jump(-5_000)
  expect([wakeAt(kept), await intentsWith(kept).store.get("intent:ada")]).toEqual(before)
})

it("wakes an intent at the same moment by the same time, whatever its clock shows", async () => {
  const { at, wakeAt, clock } = open()
  const kept = await at("in-app")
  const before = wakeAt(kept)
  clock.jump(-5_001)
  expect([wakeAt(kept), wakeAt(kept, kept.at)]).toEqual([clock.now(), before])
})

it("ends an intent a shorter lifetime after its last change, and shows no deadline that rises until then", async () => {
  const { at, clock, transport } = open()
  const kept = await at("2fa")
  const { status, wakeAt, step, seal } = open({ clock, transport, intentLifetime: 60_000 })
  const expiresAt = clock.now() + 60_000
  expect(wakeAt(kept)).toBe(expiresAt)
  // The page of an intent that was handed over has its deadline too.
  expect(wakeAt({ ...kept, handOff: "{}" })).toBe(clock.now() + 300_000)
  for (const ms of [0, 30_000, 29_999]) {
    clock.jump(ms)
    expect(await status(kept)).toMatchObject({ step: { kind: "code", expiresAt } })
    expect(await step(once, kept)).toMatchObject({ kept: { saved: { state: "checkpoint", expiresAt } } })
  }
  const { kept: after } = await step(once, kept, await seal(submitCode("000000"), kept))
  expect(after.saved).toMatchObject({ attempts: 1, expiresAt })
  clock.jump(1)
  expect(await step(once, kept)).toMatchObject({ kept: { saved: { state: "expired" } } })
})

it("lets go of the request in flight where the engine gives its step up", async () => {
  const { at, clock, seal } = open()
  const kept = await at("2fa")
  const controller = new AbortController()
  let wasAborted = false
  const fetch = (_: string, { signal }: { signal: AbortSignal }) => {
    signal.addEventListener("abort", () => {
      wasAborted = true
    })
    controller.abort()
    return new Promise<never>(() => {})
  }
  const { step } = open({
    clock,
    transport: createPostpressTransport({ apiKey: "sandbox", fetch, timeout: 2_147_483_647 }),
  })
  const { signal } = controller
  const result = await step(once, kept, await seal(submitCode("123456"), kept), { signal })
  expect(wasAborted).toBe(true)
  expect(result.kept.saved).toMatchObject({ state: "checkpoint", unanswered: true })
})

it("refuses options that do not fit", () => {
  const short = { retention: 300_000, intentLifetime: 300_001 }
  for (const wrong of [{ keys: [] }, { retention: -1 }, short, { onEnd: "no" as never }, { store: {} as never }]) {
    expect(() => open(wrong)).toThrow(expect.objectContaining({ code: "invalid_option" }))
  }
  expect(open({ intentLifetime: 7_200_000 }).retention).toBe(7_200_000)
})

it("refuses to start an intent for a provider that there is not, or that its transport does not serve", async () => {
  const transport = { submit: () => Promise.reject(new Error("it is called")), providers: ["LINKEDIN"] as const }
  for (const [more, provider] of [
    [{}, "NONE"],
    [{ transport }, "INSTAGRAM"],
  ] as const) {
    const { intentsWith, kept } = open(more as never)
    const started = intentsWith(kept).start("bea", { provider: provider as never })
    await expect(started).rejects.toMatchObject({ code: "invalid_provider" })
  }
})

it("throws a plain error where onEnd does, whatever class an engine takes for a final one", async () => {
  class TerminalError extends Error {}
  const cause = new TerminalError("a 409 of the host's database")
  const { at, step, seal, end } = open({ onEnd: () => Promise.reject(cause) })
  const kept = await at("2fa")
  const ended = await step(once, kept, await seal(cancelIntent(), kept))
  const thrown = await end(ended.kept).catch((error) => error)
  expect(Object.getPrototypeOf(thrown)).toBe(Error.prototype)
  expect(thrown).toMatchObject({ message: "onEnd: Error: a 409 of the host's database", cause })
})

it.each(["2fa", "in-app-pending-1000"])(
  "ends an intent (%s) whose provider a new version of the transport serves no more, and sends nothing of it",
  async (username) => {
    const { at, clock, transport } = open()
    const kept = await at(username)
    const next = { ...transport, providers: ["LINKEDIN"] as const }
    const { intentsWith, wakeAt, step, sent, end, ...more } = open({ transport: next, clock, onEnd: () => {} })
    expect(await intentsWith(kept).look("ada")).toMatchObject({ step: { expiresAt: 1_800_000_300_000 } })
    const canceled = await step(once, kept, await more.seal(cancelIntent(), kept))
    expect(canceled).toMatchObject({ kept: { saved: { state: "failed" } }, accepted: true })
    let last = kept
    for (let at = wakeAt(last); at !== undefined; at = wakeAt(last)) {
      clock.jump(at - clock.now())
      last = (await step(once, last)).kept
    }
    expect(last.saved).toMatchObject({ state: "expired", expiresAt: 1_800_000_300_000 })
    expect(clock.now()).toBe(1_800_000_300_000)
    await expect(end(last)).resolves.toBeUndefined()
    expect(sent).toEqual([])
  },
)

it("shows a relay an intent as claimed while a request is in flight, and as nobody's once it is over", async () => {
  const { at, step, during, seal, swap, intentsWith, clock } = open()
  const kept = await at("2fa")
  const textOf = async (of: DurableIntent) => (await intentsWith(of).store.get("intent:ada")) ?? ""
  const entryOf = async (of: DurableIntent) => JSON.parse(await textOf(of))
  const published = await during(kept, await seal(submitCode("000000"), kept))
  expect((await entryOf(published)).claim.until).toBeGreaterThan(clock.now())
  const before = await textOf(kept)
  const after = JSON.stringify({ ...JSON.parse(before), handOff: { user: "ada", login: "1" } })
  const { kept: handedOver, accepted } = await swap(kept, before, after)
  expect([accepted, await textOf(handedOver)]).toEqual([true, after])
  // Another relay has read the entry before the swap.
  expect(await swap(handedOver, before, after)).toEqual({ kept: handedOver, accepted: false })
  // The relay builds on the deadline after the clock was set back.
  clock.jump(-60_000)
  const { kept: setBack } = await step(once, handedOver)
  expect(await entryOf(setBack)).toMatchObject({ saved: { expiresAt: 1_800_000_240_000 }, handOff: { login: "1" } })
  clock.jump(60_000)
  clock.jump(300_000)
  const { kept: over } = await step(once, handedOver)
  expect(await entryOf(over)).toMatchObject({ saved: { state: "expired" } })
  expect(await entryOf(over)).not.toHaveProperty("handOff")
})
