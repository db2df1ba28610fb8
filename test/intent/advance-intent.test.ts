import { setImmediate as settled } from "node:timers/promises"
import { describe, expect, it, vi } from "vitest"
import type { AuthIntentEvent, Checkpoint, SavedIntent } from "../../machines/auth-intent.types.ts"
import { clientFailure } from "../../machines/failures.ts"
import { type AdvanceOptions, type AdvanceResult, advanceIntent } from "../../src/intent/advance-intent.ts"
import { approveInApp, cancelIntent, submitCode, switchMethod } from "../../src/intent/events.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { Secret } from "../../src/secret.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import type { PostpressCredentials } from "../../src/transports/postpress.ts"
import { createHandTransport, credentials, waiting } from "../harness/open-intent.ts"
import { connected, demanded, startsAt, wrongCode } from "../harness/outcomes.ts"

/** Creates a back end: one database row as JSON, and a transport that the test settles by hand. */
function createBackEnd(record: SavedIntent = newIntent({ provider: "INSTAGRAM" })) {
  const clock = createTestClock({ now: startsAt })
  const hand = createHandTransport()
  const host = {
    ...hand,
    clock,
    row: JSON.stringify(record),
    record: (): SavedIntent => JSON.parse(host.row),
    advance: (
      event?: AuthIntentEvent<PostpressCredentials>,
      more: Partial<AdvanceOptions<PostpressCredentials>> = {},
    ) => advanceIntent(JSON.parse(host.row), event, { transport: hand.transport, clock, onMistake: () => {}, ...more }),
    /** Handles one request of the page with this reply of the provider. */
    async handle(event?: AuthIntentEvent<PostpressCredentials>, outcome?: unknown): Promise<AdvanceResult> {
      const advancing = host.advance(event)
      if (outcome) await hand.reply(outcome)
      const result = await advancing
      host.row = JSON.stringify(result.saved)
      return result
    },
  }
  return host
}

async function atCheckpoint(checkpoint: Checkpoint) {
  const host = createBackEnd()
  await host.handle(credentials(), demanded(checkpoint))
  return host
}

describe("a login over many requests", () => {
  it("returns the session to the host, once, and stores none", async () => {
    const host = createBackEnd()
    const session = new Secret("s3ss10n")
    const done = await host.handle(credentials(), { ...connected, session })
    expect(done.output).toMatchObject({ status: "connected", session })
    expect(host.row).not.toMatch(/session|secret/)
    expect((await host.handle()).output).toStrictEqual({
      status: "connected",
      provider: "INSTAGRAM",
      accountId: "acc_1",
    })
  })

  it.each([
    ["2FA", { type: "2FA" }],
    ["in-app", { type: "IN_APP_VALIDATION" }],
  ])("leaves no timer behind: %s", async (_, checkpoint) => {
    const host = await atCheckpoint(checkpoint)
    expect(host.clock.pending).toEqual([])
    await host.handle()
    expect(host.clock.pending).toEqual([])
  })
})

describe("the revision", () => {
  it("rises by one with each change", async () => {
    const host = createBackEnd()
    const revisions = [host.record().revision]
    const replies: [AuthIntentEvent<PostpressCredentials>, unknown][] = [
      [credentials(), demanded({ type: "2FA" })],
      [submitCode("1"), wrongCode],
      [submitCode("2"), wrongCode],
      [submitCode("3"), demanded({ type: "OTP" })],
      [submitCode("4"), connected],
    ]
    for (const [event, reply] of replies) revisions.push((await host.handle(event, reply)).saved.revision)
    expect(revisions).toEqual([0, 1, 2, 3, 4, 5])
  })

  it("rises by one where much changes at once", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    host.clock.jump(400_000)
    const { saved, output } = await host.handle(submitCode("123456"))
    expect(output?.status).toBe("expired")
    expect([saved.revision, host.calls.length]).toEqual([2, 1])
  })

  it("rises where a request that was left is shown, once", async () => {
    const left = { failure: clientFailure("client/interrupted", { about: "code" }) }
    const host = createBackEnd({ ...waiting, revision: 7, left })
    const first = await host.handle()
    expect(first.saved).toMatchObject({ state: "checkpoint", revision: 8, ...left })
    expect((await host.handle()).saved).toEqual(first.saved)
    expect(host.calls.length).toBe(0)
  })
})

describe("a finished record", () => {
  const { accountId, expiresAt } = waiting
  const failure = { type: "errors/account_restricted", status: 403, recovery: "stop" }
  const events = [undefined, credentials, () => submitCode("1"), approveInApp, switchMethod, cancelIntent]

  it.each([
    ["connected", { accountId }],
    ["expired", { accountId, expiresAt }],
    ["failed", { failure }],
  ] as const)("stays as it is, whatever comes, and nothing is printed: %s", async (status, facts) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
    const host = createBackEnd({ ...newIntent({ provider: "INSTAGRAM" }), state: status, ...facts } as SavedIntent)
    const before = host.row
    for (const event of events) {
      const advanced = await host.handle(event?.())
      expect(JSON.stringify(advanced.saved)).toBe(before)
      expect(advanced.output).toEqual({ status, provider: "INSTAGRAM", ...facts })
      expect(advanced.step).toMatchObject({ kind: "done" })
    }
    expect([host.calls, warn.mock.calls]).toEqual([[], []])
  })
})

describe("a login whose provider the transport serves no more", () => {
  const onlyOther = ({ transport }: ReturnType<typeof createBackEnd>) => ({
    transport: { ...transport, providers: ["LINKEDIN"] as const },
    onMistake: vi.fn(),
  })
  const mistake = expect.objectContaining({ code: "invalid_provider", message: expect.stringContaining("INSTAGRAM") })

  it("sends no code, and stays open for another version that serves it", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    const without = onlyOther(host)
    const refused = await host.advance(submitCode("123456"), without)
    expect(refused).toMatchObject({ accepted: true, saved: { state: "checkpoint" } })
    expect(refused.step).toMatchObject({ kind: "code", failure: { type: "client/unexpected", recovery: "retry" } })
    expect(without.onMistake.mock.calls).toEqual([[mistake]])
    expect(host.calls).toHaveLength(1)
    expect(await host.handle(submitCode("123456"), connected)).toMatchObject({ output: { status: "connected" } })
  })

  it("fails where credentials come for it, and sends none", async () => {
    const host = createBackEnd()
    const without = onlyOther(host)
    const failure = { type: "client/unexpected" }
    expect(await host.advance(credentials(), without)).toMatchObject({ output: { status: "failed", failure } })
    expect(without.onMistake.mock.calls).toEqual([[mistake]])
    expect(host.calls).toEqual([])
  })
})

describe("a mistake of the program", () => {
  const record = newIntent({ provider: "INSTAGRAM" })
  const { transport } = createHandTransport()

  it.each([
    ["no options", undefined, "invalid_option", /^advanceIntent: /],
    ["no transport", {}, "invalid_option", /^advanceIntent: transport/],
    ["a bad clock", { transport, clock: { now: 5 } }, "invalid_option", /^advanceIntent: clock/],
    ["a bad time", { transport, intentLifetime: -1 }, "invalid_option", /^advanceIntent: intentLifetime/],
    ["a bad signal", { transport, signal: "stop" }, "invalid_option", /^advanceIntent: signal .* an AbortSignal$/],
    ["null for a signal", { transport, signal: null }, "invalid_option", /^advanceIntent: signal .* an AbortSignal$/],
  ])("%s rejects with a typed error", async (_, options, code, expected) => {
    const wrong = options as unknown as { transport: typeof transport }
    const message = expect.stringMatching(expected)
    const error = { name: "AuthIntentError", code, message }
    await expect(advanceIntent(record, undefined, wrong)).rejects.toMatchObject(error)
  })

  it.each([null, "code.submit", 7, {}, { type: "" }, { type: "xstate.stop" }])(
    "%j for an event rejects with a typed error",
    async (wrong) => {
      await expect(advanceIntent(record, wrong as never, { transport })).rejects.toMatchObject({
        name: "AuthIntentError",
        code: "invalid_event",
        message: "event: it should be an object with a type, which is none of XState's own",
      })
    },
  )
})

it("an event that is not accepted keeps its secret unopened", async () => {
  const host = createBackEnd()
  const event = submitCode("123456")
  await host.handle(event)
  expect((event.code as Secret<string>).spent).toBe(false)
})

describe("a signal", () => {
  it("that is aborted past the deadline leaves an expired record, which may be connected", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    const controller = new AbortController()
    const advancing = host.advance(submitCode("123456"), { signal: controller.signal })
    await settled()
    host.clock.jump(300_000)
    controller.abort()
    const { saved, step, output } = await advancing
    expect(saved).toMatchObject({ state: "expired", unanswered: true })
    expect(step).toMatchObject({ kind: "done", status: "expired", mayBeConnected: true })
    expect(output).toMatchObject({ status: "expired", mayBeConnected: true, accountId: "acc_1" })
  })

  it("that is aborted before sends nothing, and keeps the secret", async () => {
    const host = await atCheckpoint({ type: "2FA" })
    const event = submitCode("123456")
    const { saved, accepted } = await host.advance(event, { signal: AbortSignal.abort() })
    expect(JSON.stringify(saved)).toBe(host.row)
    expect(accepted).toBe(false)
    expect(host.calls).toHaveLength(1)
    expect((event.code as Secret<string>).spent).toBe(false)
  })

  it("that is aborted after the response changes nothing", async () => {
    const host = createBackEnd()
    const controller = new AbortController()
    const advancing = host.advance(credentials(), { signal: controller.signal })
    await host.reply(demanded({ type: "2FA" }))
    const { saved } = await advancing
    controller.abort()
    expect(saved).toMatchObject({ state: "checkpoint", revision: 1 })
  })
})
