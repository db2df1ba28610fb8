import { setImmediate } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import type { AuthIntentEvent, SavedIntent } from "../../machines/auth-intent.types.ts"
import { advanceIntent, pollEvent } from "../../src/intent/advance-intent.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import * as person from "../../src/intent/events.ts"
import { getState, getStep } from "../../src/intent/get-step.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import { Secret } from "../../src/secret.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import type { AuthTransport, TransportContext } from "../../src/transports/auth-transport.ts"
import { type EventName, eventNames, type Move, type Options, type Reply, replies } from "./contract.ts"
import { type SentRequest, typed } from "./model.ts"

export const epoch = 1_700_000_000_000

/** The parts of `advanceIntent`'s result that nothing else shows. */
export interface Advanced {
  accepted: boolean
  recordState: string
}

interface Call {
  sent: SentRequest
  reply: (of: Reply) => void
  settled: boolean
  /** The reply named an account while a caller waited for it. */
  named: boolean
}

const events: Record<EventName, () => AuthIntentEvent> = {
  "credentials.submit": () => person.submitCredentials(typed.credentials),
  "code.submit": () => person.submitCode(typed.code),
  "phone.submit": () => person.submitPhone(typed.phone),
  "inApp.approve": person.approveInApp,
  "method.switch": person.switchMethod,
  "intent.cancel": person.cancelIntent,
}

function createEvent(name: EventName, spent = false): AuthIntentEvent {
  const event = events[name]()
  if (spent) for (const part of Object.values(event)) if (part instanceof Secret) part.drop()
  return event
}

/** Plays moves on the library: an actor, its reloads, and `advanceIntent` in its place. */
export function createPlay(options: Options) {
  const clock = createTestClock({ now: epoch })
  const advance = (ms: number) => clock.advanceAsync(ms, setImmediate)
  const calls: Call[] = []
  const mistakes: string[] = []
  let accounts = 0
  let immediate: Reply | "abort" | undefined
  let abort = new AbortController()

  function call(of: Omit<SentRequest, "left">, { signal }: TransportContext) {
    return new Promise<Awaited<ReturnType<AuthTransport["submit"]>>>((resolve, reject) => {
      const sent = { ...of, left: false }
      const entry: Call = {
        sent,
        settled: false,
        named: false,
        reply(given) {
          entry.settled = true
          if (given.kind === "threw") return reject(new Error("a broken transport"))
          if (given.kind === "garbage") return resolve({ kind: "connected" } as never)
          if (given.kind === "rejected") {
            const { type, status, recovery, retryAfter, sent } = given
            const retryAt = retryAfter === undefined ? {} : { retryAt: clock.now() + retryAfter }
            const failure = { type, status, recovery: recovery as "retry", ...retryAt }
            return resolve({ kind: "rejected", failure, ...(sent === false && { sent }) })
          }
          accounts += 1
          entry.named = !sent.left
          const accountId = `acc_${accounts}`
          if (given.kind === "checkpoint") {
            return resolve({ kind: "checkpoint", accountId, checkpoint: given.checkpoint as { type: "2FA" } })
          }
          resolve({ kind: "connected", accountId, ...(given.session && { session: new Secret({ token: "s" }) }) })
        },
      }
      signal.addEventListener("abort", () => {
        if (!entry.settled) sent.left = true
      })
      calls.push(entry)
      if (immediate === "abort") abort.abort()
      else if (immediate) entry.reply(immediate)
    })
  }

  const transport: AuthTransport = {
    submit: ({ credentials }, context) => call({ operation: "submit", value: credentials.open() }, context),
    solve({ accountId, solution }, context) {
      const value = "secret" in solution ? solution.secret.open() : undefined
      return call({ operation: "solve", accountId, solution: solution.kind, value }, context)
    },
  }
  const onMistake = (error: Error) => void mistakes.push(error.message)
  const common = { transport, clock, onMistake, ...options }
  const start = (resume?: SavedIntent): AuthIntentActor<unknown> =>
    createAuthIntent({ ...common, provider: "INSTAGRAM", resume }).start()
  let actor = start()

  const restart = (record: SavedIntent) => {
    actor.stop()
    const { intentLifetime } = options
    actor = start(parseSavedIntent(JSON.parse(JSON.stringify(record)), { clock, intentLifetime }))
  }

  return {
    advance,
    async move(move: Move): Promise<Advanced | undefined> {
      if (move.do === "event") actor.send(createEvent(move.event, move.spent))
      if (move.do === "reply") {
        const of = replies[move.reply]
        const pending = calls.find(({ sent, settled }) => !sent.left && !settled)
        if (of) pending?.reply(of)
      }
      if (move.do === "late") {
        calls.find(({ sent, settled }) => sent.left && !settled)?.reply({ kind: "connected" })
        accounts = calls.filter((each) => each.named).length
      }
      if (move.do === "jump") clock.jump(move.ms)
      if (move.do === "advance") await advance(move.ms)
      if (move.do === "reload") restart(saveIntent(actor.getSnapshot()))
      let advanced: Advanced | undefined
      if (move.do === "advanceIntent") {
        const record = saveIntent(actor.getSnapshot())
        actor.stop()
        abort = new AbortController()
        immediate = (move.reply && replies[move.reply]) || "abort"
        const event = move.event === "poll" ? pollEvent : move.event && createEvent(move.event)
        const { inAppPollInterval: _, ...run } = common
        const result = await advanceIntent(record, event, { ...run, signal: abort.signal })
        immediate = undefined
        advanced = { accepted: result.accepted, recordState: result.saved.state }
        restart(result.saved)
      }
      await setImmediate()
      return advanced
    },
    stop: () => void actor.stop(),
    stepOfRecord: () => getStep(saveIntent(actor.getSnapshot()), { clock, intentLifetime: options.intentLifetime }),
    observe() {
      const snapshot = actor.getSnapshot()
      const { accountId, checkpoint, expiresAt, attempts, failure, unanswered } = snapshot.context
      const { output } = snapshot
      const step = getStep(snapshot)
      const session = output && "session" in output ? { session: true } : {}
      const facts = { accountId, checkpoint, expiresAt, attempts, failure }
      return {
        state: getState(snapshot),
        tag: [...snapshot.tags].join(),
        can: eventNames.filter((name) => snapshot.can(createEvent(name))),
        step,
        isPlain: isDeepStrictEqual(JSON.parse(JSON.stringify(step)), step),
        output: output && { ...output, ...session },
        facts: { ...facts, ...(snapshot.status === "active" && { unanswered }) },
        mistakes: mistakes.length,
        sent: calls.map(({ sent }) => ({ ...sent })),
      }
    },
  }
}
