import { expect, it } from "vitest"
import { waitFor } from "xstate"
import { createDurable } from "../../src/durable/create-durable.ts"
import type { IntentEnd } from "../../src/durable/durable-intent.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode } from "../../src/intent/events.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { findSecrets } from "../../src/testing/find-secrets.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { createRelayTransport } from "../../src/transports/relay.ts"
import { type Bench, type Point, points } from "./bench.ts"

export const firstKey = { id: "k1", secret: "a first secret of thirty-two characters" }
export const secondKey = { id: "k2", secret: "a second secret of thirty-two characters" }

export const login = (username: string, password = "correct horse") => ({
  type: "credentials.submit",
  credentials: { username, password },
})
const cancel = { type: "intent.cancel" }
const code = (text: string) => ({ type: "code.submit", code: text })
const interrupted = { type: "client/interrupted" }

let count = 0

/** Checks an adapter: each test has its own intents on one bench. */
export function describeConformance(open: () => Promise<Bench>): void {
  /** Returns the bench with a new intent, started unless `start` does otherwise. */
  async function begin(start?: (bench: Bench, id: string) => Promise<unknown>) {
    const bench = await open()
    count += 1
    const id = `ada ${count}/é`
    const sentBefore = (await bench.sent()).length
    await (start ? start(bench, id) : bench.start(id))
    return {
      ...bench,
      bench,
      id,
      send: (event: object) => bench.send(id, event),
      crashAt: (point: Point, downFor?: number) => bench.crashAt(id, point, downFor),
      failEnds: (count: number) => bench.failEnds(id, count),
      look: () => bench.look(id),
      hold: () => bench.hold(id),
      now: () => bench.clock?.now() ?? Date.now(),
      sent: async () => (await bench.sent()).slice(sentBefore),
      ends: async () => (await bench.ends()).filter((end) => end.id === id),
      ended: () => bench.until(async () => (await bench.ends()).some((end) => end.id === id)),
      /** Waits until an event has had its effect, also if the service died meanwhile. */
      settled: (before: string) =>
        bench.until(async () => {
          const { step, busy } = (await bench.look(id)) ?? {}
          return busy === false && (step?.kind !== before || step.failure !== undefined)
        }),
    }
  }

  const statuses = (ends: IntentEnd[]) => ends.map(({ output }) => output.status)

  it("connects an account, each request sent once", async () => {
    const { send, look, sent, ends, ended, id } = await begin()
    expect(await send(login("2fa"))).toMatchObject({ step: { kind: "code" }, accepted: true, busy: false })
    expect(await send(code("123456"))).toMatchObject({ output: { status: "connected" }, accepted: true })
    await ended()
    expect(await look()).toMatchObject({ step: { kind: "done" }, accepted: false })
    expect((await sent()).map(({ path }) => path)).toEqual(["/accounts", "/accounts/checkpoint"])
    expect(await ends()).toMatchObject([{ id, output: { status: "connected", provider: "INSTAGRAM" } }])
  })

  it("returns an intent that is there as it is, and none for an id that is not", async () => {
    const { start, id, send, look } = await begin()
    await send(login("otp"))
    expect(await start(id)).toMatchObject({ step: { kind: "code" }, accepted: false })
    expect(await look()).toMatchObject({ step: { kind: "code" } })
    const bench = await open()
    expect(await bench.look("nobody")).toBeUndefined()
    expect(await bench.send("nobody", code("123456"))).toBeUndefined()
  })

  it("shows that a request is in flight until it has an outcome", async () => {
    const { send, look, hold } = await begin()
    const release = hold()
    const sending = send(login("2fa"))
    await expect.poll(look, { timeout: 10_000 }).toMatchObject({ step: { kind: "wait" }, busy: true, accepted: false })
    release()
    expect(await sending).toMatchObject({ step: { kind: "code" }, busy: false, accepted: true })
    expect(await look()).toMatchObject({ step: { kind: "code" }, busy: false })
  })

  it("accepts each event that waits for a request, one after another", async () => {
    const { send, look, hold } = await begin()
    await send(login("2fa"))
    const release = hold()
    const sending = send(code("000000"))
    await expect.poll(look, { timeout: 10_000 }).toMatchObject({ busy: true })
    const waiting = [send(cancel), send(cancel)]
    // Both have arrived once another intent has reached its checkpoint.
    await (await begin()).send(login("2fa"))
    release()
    expect(await sending).toMatchObject({ step: { kind: "code" }, accepted: true })
    const accepted = (await Promise.all(waiting)).map((status) => status?.accepted)
    expect(accepted.sort()).toEqual([false, true])
  })

  it("counts a wrong code, and lets the person correct it", async () => {
    const { send, sent } = await begin()
    await send(login("2fa"))
    const failure = { type: "errors/invalid_checkpoint_solution" }
    expect(await send(code("000000"))).toMatchObject({ step: { kind: "code", attempts: 1, failure } })
    expect(await send(code("123456"))).toMatchObject({ output: { status: "connected" } })
    expect(await sent()).toHaveLength(3)
  })

  it("refuses an event that does not apply, and sends nothing", async () => {
    const { send, sent } = await begin()
    expect(await send(code("123456"))).toMatchObject({ step: { kind: "credentials" }, accepted: false })
    await send(login("2fa"))
    expect(await send(login("2fa"))).toMatchObject({ step: { kind: "code" }, accepted: false })
    expect(await sent()).toHaveLength(1)
  })

  it("sends one of two codes that come at once", async () => {
    const { send, sent } = await begin()
    await send(login("2fa"))
    const both = await Promise.all([send(code("123456")), send(code("123456"))])
    expect(both.map((status) => status?.accepted).sort()).toEqual([false, true])
    expect(await sent()).toHaveLength(2)
  })

  it("ends a canceled intent, and calls onEnd with it", async () => {
    const { send, ended, ends } = await begin()
    await send(login("2fa"))
    expect(await send(cancel)).toMatchObject({ output: { status: "failed" }, accepted: true })
    await ended()
    expect(await ends()).toMatchObject([{ output: { failure: { type: "client/canceled" } } }])
  })

  it("polls for an approval until it has come, also where look is not called", async () => {
    const { send, ended, ends, sent, now, times, maxDelay } = await begin()
    expect(await send(login("in-app-pending-3"))).toMatchObject({ step: { kind: "approval" } })
    const begunAt = now()
    await ended()
    expect(now() - begunAt).toBeLessThanOrEqual(3 * times.inAppPollInterval + maxDelay)
    expect(statuses(await ends())).toEqual(["connected"])
    expect((await sent()).slice(1).map(({ body }) => body["code"])).toEqual(Array(3).fill("in_app_validation"))
  })

  it("expires also where look is not called", async () => {
    const { send, ended, ends, look, now, maxDelay } = await begin()
    const { step } = (await send(login("2fa"))) ?? {}
    await ended()
    const expiresAt = step?.kind === "code" ? step.expiresAt : Number.NaN
    expect(now() - expiresAt).toBeLessThanOrEqual(maxDelay)
    expect(statuses(await ends())).toEqual(["expired"])
    expect(await look()).toMatchObject({ output: { status: "expired" } })
  })

  it("cancels an intent for which no credentials come, and forgets one that has ended", async () => {
    const { until, look, ends, ended, send, start, id, sent } = await begin()
    await ended()
    expect(statuses(await ends())).toEqual(["failed"])
    expect(await send(login("2fa"))).toMatchObject({ output: { status: "failed" }, accepted: false })
    await until(async () => (await look()) === undefined)
    expect(await send(login("2fa"))).toBeUndefined()
    expect(await send(cancel)).toBeUndefined()
    expect(await sent()).toEqual([])
    // The id is free again.
    expect(await start(id)).toMatchObject({ step: { kind: "credentials" }, accepted: true })
  })

  it("starts an intent once where two start it at once", async () => {
    const both: (boolean | undefined)[] = []
    await begin(async ({ start }, id) => {
      for (const { accepted } of await Promise.all([start(id), start(id)])) both.push(accepted)
    })
    expect(both.sort()).toEqual([false, true])
  })

  it("returns to onEnd any well-formed id to the letter, and refuses any other", async () => {
    const { start, send, until, ends, look } = await open()
    const ids = ["..", "../a/..//b", "%2e%2e%2f", "a\0b", "a\r\nb", ` "'\\;$(x)`, "\u{1f642}\u0301", "x".repeat(500)]
    await Promise.all(
      ids.map(async (id) => {
        expect(await start(id)).toMatchObject({ accepted: true })
        expect(await send(id, cancel)).toMatchObject({ accepted: true })
      }),
    )
    await until(async () => {
      const ended = (await ends()).map(({ id }) => id)
      return ids.every((id) => ended.includes(id))
    })
    for (const id of ["", "\ud800", "x".repeat(501)]) {
      await expect(start(id)).rejects.toMatchObject({ code: "invalid_option" })
      await expect(send(id, cancel)).rejects.toMatchObject({ code: "invalid_option" })
      await expect(look(id)).rejects.toMatchObject({ code: "invalid_option" })
    }
  })

  it("refuses an event of ten megabytes, and serves the intent on", async () => {
    const { send, sent } = await begin()
    const large = login("2fa", "x".repeat(10_000_000))
    await expect(send(large)).rejects.toMatchObject({ code: "invalid_event" })
    expect(await sent()).toEqual([])
    expect(await send(login("2fa", "x".repeat(100_000)))).toMatchObject({ accepted: true })
  })

  it("calls onEnd again, with the same id, until it succeeds", async () => {
    const { send, until, failEnds, ends, id } = await begin()
    await send(login("2fa"))
    await failEnds(2)
    await send(code("123456"))
    await until(async () => (await ends()).length >= 3)
    expect((await ends()).map((end) => end.id)).toEqual([id, id, id])
  })

  it("shows how an intent has ended, and serves the others, while onEnd does nothing but fail", async () => {
    const { id, bench, failEnds, send, look, ends, until } = await begin()
    await failEnds(1_000_000)
    await send(login("2fa"))
    await send(code("123456"))
    await until(async () => (await ends()).length > 2)
    expect(await look()).toMatchObject({ output: { status: "connected" }, busy: false })
    expect(await bench.start(id)).toMatchObject({ output: { status: "connected" }, accepted: false })
    const other = `${id}, another`
    await bench.start(other)
    expect(await bench.send(other, login("2fa"))).toMatchObject({ step: { kind: "code" }, accepted: true })
    await failEnds(0)
    const failed = (await ends()).length
    await until(async () => (await ends()).length > failed)
  })

  it.each(points)("sends no code twice and reports a lost response when the service dies %s", async (point) => {
    const { send, look, sent, crashAt, settled, ended, ends } = await begin()
    await send(login("2fa"))
    await crashAt(point)
    await send(code("123456"))
    await settled("code")
    const wasSent = (await sent()).length > 1
    expect(wasSent).toBe(
      point === "after request" || point === "after send" || point === "before claim" || point === "after claim",
    )
    const isSettled = (await look())?.output?.status === "connected"
    if (!isSettled) {
      expect(await look()).toMatchObject({ step: { kind: "code", failure: interrupted } })
      await send(cancel)
    }
    await ended()
    expect(await ends()).toMatchObject([
      isSettled ? { output: { status: "connected" } } : { output: { mayBeConnected: true } },
    ])
    expect((await sent()).length).toBeLessThanOrEqual(2)
  })

  it.each(points)("submits no credentials twice when the service dies %s", async (point) => {
    const { send, look, sent, crashAt, settled } = await begin()
    await crashAt(point)
    await send(login("2fa"))
    await settled("credentials")
    const { step } = (await look()) ?? {}
    expect(step).toMatchObject(step?.kind === "code" ? {} : { kind: "credentials", failure: interrupted })
    expect((await sent()).length).toBeLessThanOrEqual(1)
  })

  it("keeps a deadline that passes while the service is down", async () => {
    const { send, crashAt, ended, ends, times } = await begin()
    const { step } = (await send(login("2fa"))) ?? {}
    const expiresAt = step?.kind === "code" ? step.expiresAt : Number.NaN
    await crashAt("before send", times.intentLifetime * 1.5)
    await send(code("123456"))
    await ended()
    expect(await ends()).toMatchObject([{ output: { status: "expired", expiresAt, mayBeConnected: true } }])
  })

  it.each(["inside onEnd", "after onEnd"] as const)("calls onEnd again when the service dies %s", async (point) => {
    const { send, crashAt, until, ends, id } = await begin()
    await send(login("2fa"))
    await crashAt(point)
    await send(code("123456"))
    await until(async () => (await ends()).length >= 2)
    expect((await ends()).map((end) => end.id)).toEqual([id, id])
  })

  /** Opens the page of the user who took over an intent. */
  function openPage({ page, clock }: Pick<Bench, "page" | "clock">, resume: Awaited<ReturnType<Bench["handOff"]>>) {
    if (resume === undefined) throw new Error("it is not handed over")
    const transport = createRelayTransport({ baseUrl: "http://localhost/relay", fetch: page })
    const given = { transport, provider: resume.provider, resume, ...(clock && { clock }) }
    const actor = createAuthIntent(given).start()
    return async (code: string) => {
      actor.send(submitCode(code))
      return (await waitFor(actor, (snapshot) => !snapshot.hasTag("busy"))).value
    }
  }

  it("hands an intent over to a page, and calls onEnd with its end", async () => {
    const bench = await begin()
    const { send, id, handOff, look, ended, ends, sent } = bench
    await send(login("2fa-then-otp"))
    const submit = openPage(bench, await handOff(id, "ada"))
    expect(await handOff(id, "bea")).toBeUndefined()
    expect(await send(code("123456"))).toMatchObject({ step: { kind: "code" }, accepted: false })
    expect(await send(cancel)).toMatchObject({ step: { kind: "code" }, accepted: false })
    expect(await submit("000000")).toEqual({ checkpoint: "twoFactor" })
    expect(await submit("123456")).toEqual({ checkpoint: "otp" })
    expect(await look()).toMatchObject({ step: { kind: "code", checkpoint: { type: "OTP" } }, busy: false })
    expect(await submit("123456")).toBe("connected")
    await ended()
    expect(await ends()).toMatchObject([{ id, output: { status: "connected" } }])
    expect(await sent()).toHaveLength(4)
  })

  it("expires an intent that was handed over at the deadline it had, asking about no approval", async () => {
    const { send, id, handOff, ended, ends, sent, until } = await begin()
    const { step } = (await send(login("in-app-pending-1000"))) ?? {}
    // A request in flight refuses the hand-off.
    await until(async () => (await handOff(id, "ada")) !== undefined)
    const asked = (await sent()).length
    await ended()
    const expiresAt = step?.kind === "approval" && step.expiresAt
    expect(await ends()).toMatchObject([{ output: { status: "expired", expiresAt } }])
    expect(await sent()).toHaveLength(asked)
  })

  it("goes on, with the same deadline, where a new version of the service takes over", async () => {
    const { send, upgrade, look, sent } = await begin()
    const { step } = (await send(login("2fa"))) ?? {}
    await upgrade()
    const expiresAt = step?.kind === "code" && step.expiresAt
    expect(await look()).toMatchObject({ step: { kind: "code", expiresAt } })
    expect(await send(code("123456"))).toMatchObject({ output: { status: "connected" } })
    expect(await sent()).toHaveLength(2)
  })

  it("goes on polling where a new version of the service takes over", async () => {
    const { send, upgrade, sent, until, ended, ends } = await begin()
    const { step } = (await send(login("in-app-pending-1000"))) ?? {}
    await upgrade()
    const asked = (await sent()).length
    await until(async () => (await sent()).length > asked)
    await ended()
    const expiresAt = step?.kind === "approval" && step.expiresAt
    expect(await ends()).toMatchObject([{ output: { status: "expired", expiresAt } }])
  })

  it("goes on after its keys have rotated", async () => {
    const { send, restart } = await begin()
    await send(login("2fa"))
    await restart([secondKey, firstKey])
    expect(await send(code("123456"))).toMatchObject({ output: { status: "connected" } })
    await restart([firstKey])
  })

  it("sends no event of a key that was taken away, and serves the intent on by another", async () => {
    const { send, sendPlain, restart, sent, id, clock } = await begin()
    await send(login("2fa"))
    const transport = createPostpressTransport({ apiKey: "sandbox" })
    const { seal } = createDurable({ transport, keys: [firstKey], clock })
    const kept = { id, saved: newIntent({ provider: "INSTAGRAM" }), turn: 1, at: 0 }
    const sealed = (await seal({ event: submitCode("654321") }, kept)) ?? ""
    await restart([secondKey])
    await sendPlain(id, sealed)
    expect(await send(code("123456"))).toMatchObject({ output: { status: "connected" }, accepted: true })
    expect((await sent()).slice(1).map(({ body }) => body["code"])).toEqual(["123456"])
    await restart([firstKey])
  })

  it("writes no secret into the engine's data", async () => {
    const { send, sendPlain, data, ended, id } = await begin()
    await send(login("2fa", "SEALED-CANARY"))
    await send(code("777333"))
    await sendPlain(id, JSON.stringify(login("2fa", "PLAIN-CANARY")))
    await send(code("123456"))
    await ended()
    const written = await data()
    // The search finds the unsealed text. Only the sealing keeps the other texts from it.
    expect(written).toContain("PLAIN-CANARY")
    expect(findSecrets(written, ["SEALED-CANARY", "777333"])).toEqual([])
  })
}
