import { setImmediate as settled } from "node:timers/promises"
import { expect } from "vitest"
import type { Checkpoint, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { AuthIntentError } from "../../src/auth-intent-error.ts"
import type { TransportOutcome } from "../../src/failures/interpret-response.ts"
import { type AuthIntentOptions, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCredentials } from "../../src/intent/events.ts"
import { getState } from "../../src/intent/get-step.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import type { AuthTransport, Solution, TransportContext } from "../../src/transports/auth-transport.ts"
import type { PostpressCredentials } from "../../src/transports/postpress.ts"
import { deadline, demanded, login, startsAt } from "./outcomes.ts"

export const credentials = () => submitCredentials(login)

/** The record of an intent at a checkpoint. */
export const waiting = {
  version: 1,
  revision: 3,
  provider: "INSTAGRAM",
  state: "checkpoint",
  accountId: "acc_1",
  checkpoint: { type: "2FA" },
  expiresAt: deadline,
  attempts: 2,
} satisfies SavedIntent

/** One call of a transport, settled by hand. */
export interface HandCall {
  operation: "submit" | "solve"
  request: unknown
  context: TransportContext
  /** The sent values with opened secrets, for comparison. */
  sends: unknown
  reply(outcome: unknown): Promise<void>
  fail(error: unknown): Promise<void>
}

const openSolution = (solution: Solution) =>
  "secret" in solution ? { kind: solution.kind, value: solution.secret.open() } : { kind: solution.kind }

/** Creates a transport that opens its secrets, as any would, and settles by the test's hand. */
export function createHandTransport() {
  const calls: HandCall[] = []

  const begin = (call: Pick<HandCall, "operation" | "request" | "context" | "sends">) =>
    new Promise<TransportOutcome>((resolve, reject) => {
      calls.push({
        ...call,
        reply: (outcome) => {
          resolve(outcome as TransportOutcome)
          return settled()
        },
        fail: (error) => {
          reject(error)
          return settled()
        },
      })
    })

  const transport = {
    submit: (request, context) => begin({ operation: "submit", request, context, sends: request.credentials.open() }),
    solve: (request, context) => begin({ operation: "solve", request, context, sends: openSolution(request.solution) }),
  } satisfies AuthTransport<PostpressCredentials>

  /** The latest call. */
  const call = (): HandCall => calls.at(-1) ?? expect.fail("Nothing was sent")

  return { transport, calls, call, reply: (outcome: unknown): Promise<void> => call().reply(outcome) }
}

/** Starts an intent with a transport and a clock that the test moves by hand. */
export function openIntent(options: Partial<AuthIntentOptions<PostpressCredentials>> = {}) {
  const clock = createTestClock({ now: startsAt })
  const hand = createHandTransport()
  const mistakes: AuthIntentError[] = []
  const actor = createAuthIntent({
    transport: hand.transport,
    provider: "INSTAGRAM",
    clock,
    onMistake: (error) => mistakes.push(error),
    ...options,
  }).start()
  return {
    ...hand,
    clock,
    actor,
    mistakes,
    context: () => actor.getSnapshot().context,
    state: () => getState(actor.getSnapshot()),
  }
}

/** Starts an intent and leads it to a checkpoint. */
export async function openAt(checkpoint: Checkpoint, options?: Parameters<typeof openIntent>[0]) {
  const intent = openIntent(options)
  intent.actor.send(credentials())
  await intent.reply(demanded(checkpoint))
  return intent
}
