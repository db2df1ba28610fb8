import { fromPromise } from "xstate"
import { toAbout } from "../../machines/auth-intent.requests.ts"
import type { Outcome, SolveInput, SubmitInput } from "../../machines/auth-intent.types.ts"
import { timeOf } from "../../machines/clock.ts"
import { clientFailure } from "../../machines/failures.ts"
import { attempt } from "../attempt.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import type { Operation, TransportOutcome } from "../failures/interpret-response.ts"
import { Secret } from "../secret.ts"
import { type TransportContext, unsent } from "../transports/auth-transport.ts"
import { outcomeSchema } from "../transports/outcome.schema.ts"
import { parse } from "../values.schema.ts"

/** Called with a mistake of the program. The message holds no part of a request. */
export type OnMistake = (error: AuthIntentError) => void

/** Writes a mistake to the console: the default of `onMistake`. */
export const logMistake: OnMistake = (error) => console.error(`${error.name} (${error.code}): ${error.message}`)

/** Builds the actor of a slot. The actor calls the transport once, adds the outcome's `at` and drops the `secrets`. */
export const createSlot = <Input extends (SubmitInput | SolveInput) & { wasSent?: true }>(
  operation: Operation,
  report: (intent: object, error: AuthIntentError) => void,
  call: (input: Input, context: TransportContext, secrets: unknown[]) => Promise<TransportOutcome>,
) =>
  fromPromise<Outcome, Input>(async ({ input, self, signal }) => {
    const typed = "solution" in input ? "secret" in input.solution && input.solution.secret : input.credentials
    const secrets: unknown[] = [typed]
    const drop = () => {
      for (const secret of secrets) if (isUnspent(secret)) secret.drop()
    }
    const context: TransportContext = {
      signal,
      now: () => timeOf(self),
      // Errors of an aborted request are expected, and not reported.
      onMistake: (error) => signal.aborted || report(self._parent ?? self, error),
    }
    const request = "solution" in input ? input.solution.kind : undefined
    let outcome: TransportOutcome = { kind: "rejected", failure: clientFailure("client/interrupted") }
    try {
      // XState repeats a request when its root is started again, as React hooks do, or stored and restored.
      const returned = input.wasSent ? outcome : call(input, context, secrets)
      input.wasSent = true
      // A secret that the transport has opened already needs no drop.
      if (secrets.some(isUnspent)) signal.addEventListener("abort", drop)
      const subject = `the outcome of transport.${operation}`
      outcome = parse(outcomeSchema, await returned, "invalid_outcome", subject) as TransportOutcome
    } catch (error) {
      context.onMistake(toMistake(error, `transport.${operation} threw`))
      outcome = { kind: "rejected", failure: clientFailure("client/unexpected", request && { recovery: "retry" }) }
    }
    drop()
    const at = context.now()
    if (outcome.kind !== "rejected") return { ...outcome, at }
    const { retryAt = 0, about = toAbout(request), ...failure } = outcome.failure
    return { ...outcome, at, failure: { about, ...failure, ...(retryAt > at && { retryAt }) } }
  })

/** Whether a value is a `Secret` that can still be opened. A framework's proxy of a `Secret` cannot be opened. */
export const isUnspent = (value: unknown): value is Secret<unknown> =>
  attempt(() => value instanceof Secret && !value.spent) === true

/** Rejects an event whose secret cannot be opened, and reports it. */
export function refuseSecret(event: string, { onMistake }: TransportContext): TransportOutcome {
  const message = `${event}: its secret is spent, or is no Secret`
  onMistake(new AuthIntentError("invalid_secret", message))
  return unsent("client/invalid_input")
}

/** Returns a mistake that names only the class of the thrown error. The error may hold the request. */
function toMistake(error: unknown, what: string): AuthIntentError {
  if (attempt(() => error instanceof AuthIntentError)) return error as AuthIntentError
  const name = attempt(() => `${error instanceof Error ? error.constructor.name : typeof error}`)
  return new AuthIntentError("callback_threw", `${what} a ${name ?? "value"}`)
}

/** Calls the host's `onMistake`, and survives if it throws or rejects. */
export function reportMistake(onMistake: OnMistake, error: AuthIntentError): void {
  const call = async () => onMistake(error)
  call().catch(() => logMistake(error))
}

/** Creates a function that reports each mistake once per intent and message. */
export function createMistakeReporter(onMistake: OnMistake) {
  const reported = new WeakMap<object, Set<string>>()
  return (intent: object, error: AuthIntentError): void => {
    const messages = reported.get(intent) ?? new Set()
    if (messages.has(error.message)) return
    reported.set(intent, messages.add(error.message))
    reportMistake(onMistake, error)
  }
}
