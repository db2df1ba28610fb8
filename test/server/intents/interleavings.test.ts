import fc from "fast-check"
import { expect, it } from "vitest"
import { clientFailure } from "../../../machines/failures.ts"
import type { TransportOutcome } from "../../../src/failures/interpret-response.ts"
import { createIntents } from "../../../src/server/intents/create-intents.ts"
import type { IntentStatus } from "../../../src/server/intents/intent-entry.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import type { Store } from "../../../src/server/store.ts"
import { createTestClock } from "../../../src/testing/create-test-clock.ts"
import type { AuthTransport } from "../../../src/transports/auth-transport.ts"
import { startsAt } from "../../harness/outcomes.ts"
import { events } from "../../machines/auth-intent/drive.ts"

const at = (type: string): TransportOutcome => ({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type } })
const rejected = (status: number, type: string, recovery: "correct" | "restart"): TransportOutcome => ({
  kind: "rejected",
  failure: { type, status, recovery },
})
const lost: TransportOutcome = { kind: "rejected", failure: clientFailure("client/network") }
const outcomes: TransportOutcome[] = [
  at("2FA"),
  at("OTP"),
  at("IN_APP_VALIDATION"),
  at("PHONE_REGISTER"),
  { kind: "connected", accountId: "acc_1" },
  lost,
  rejected(401, "errors/invalid_checkpoint_solution", "correct"),
  rejected(403, "errors/account_mismatch", "restart"),
]

const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ send: fc.constantFrom(...Object.keys(events)), by: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ look: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ respond: fc.nat(7), to: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ advance: fc.constantFrom(1, 4_999, 5_000, 10_000) }) },
)

const settle = async () => {
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate)
}

/** Two processes on one store. Their transport asserts which requests may be sent. */
function createProcesses() {
  const clock = createTestClock({ now: startsAt })
  const memory = createMemoryStore({ clock })
  // Each call takes a turn of the event loop, so that the two processes interfere.
  const store: Store = {
    get: (key) => new Promise((resolve) => setImmediate(() => resolve(memory.get(key)))),
    swap: (...args) => new Promise((resolve) => setImmediate(() => resolve(memory.swap(...args)))),
  }
  const pending: { kind: string; respond: (outcome: TransportOutcome) => void }[] = []
  const login = { deadline: Number.POSITIVE_INFINITY, isConnected: false, isFinal: false }

  const request = (kind: string) =>
    new Promise<TransportOutcome>((resolve) => {
      const others = pending.filter((other) => other.kind !== "inApp").map((other) => other.kind)
      expect(others, `${kind} is sent beside another request`).toEqual([])
      expect(clock.now(), `${kind} is sent past the deadline`).toBeLessThan(login.deadline)
      expect(login, `${kind} is sent after the end`).toMatchObject({ isFinal: false })
      const own = {
        kind,
        respond: (outcome: TransportOutcome) => {
          pending.splice(pending.indexOf(own), 1)
          resolve(outcome)
        },
      }
      pending.push(own)
    })
  const mistakes: string[] = []
  const transport: AuthTransport<{ username: string; password: string }> = {
    submit: () => request("credentials"),
    solve: ({ solution }) => request(solution.kind),
  }
  const options = { transport, store, clock, onMistake: ({ message }: Error) => mistakes.push(message) }
  const processes = [createIntents(options), createIntents(options)] as const
  return { clock, pending, login, mistakes, processes }
}

it("sends one request at a time, none past the deadline or the end, and forgets no intent and no connection, however two processes interleave", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 40 }), async (moves) => {
      const { clock, pending, login, mistakes, processes } = createProcesses()
      await processes[0].start("ada", { provider: "INSTAGRAM" })
      const calls: Promise<IntentStatus | undefined>[] = []
      /** Waits for calls, and breaks off each request in flight meanwhile. */
      async function drain(waitedFor: typeof calls) {
        let isDone = false
        const all = Promise.all(waitedFor).finally(() => {
          isDone = true
        })
        while (!isDone) {
          for (const { respond } of [...pending]) respond(lost)
          await settle()
        }
        return all
      }
      for (const next of moves) {
        if ("send" in next) {
          const event = events[next.send as keyof typeof events]()
          calls.push(processes[next.by as 0 | 1].send("ada", event))
        } else if ("look" in next) {
          calls.push(processes[next.look as 0 | 1].look("ada"))
        } else if ("respond" in next) {
          const outcome = outcomes[next.respond] ?? at("2FA")
          const waiting = pending[next.to % Math.max(pending.length, 1)]
          waiting?.respond(outcome)
          login.isConnected ||= waiting !== undefined && outcome.kind === "connected"
          if (waiting?.kind === "credentials" && outcome.kind === "checkpoint") login.deadline = clock.now() + 300_000
        } else clock.advance(next.advance)
        // Half of the moves come before the effect of the previous one.
        if (!("send" in next) || next.by === 0) await settle()
      }
      await drain(calls)
      const [status] = await drain([processes[1].look("ada")])
      expect(mistakes).toEqual([])
      expect(status, "It is forgotten").toBeDefined()
      if (login.isConnected) expect(status).toMatchObject({ output: { status: "connected" } })
      if (status?.output) {
        login.isFinal = true
        const all = Object.values(events).map((create) => processes[0].send("ada", create()))
        expect((await Promise.all(all)).map((each) => each?.accepted)).not.toContain(true)
      }
    }),
    { numRuns: 200 },
  )
}, 120_000)
