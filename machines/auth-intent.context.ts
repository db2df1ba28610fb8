import type {
  AuthIntentContext,
  AuthIntentEvent,
  AuthIntentInput,
  AuthIntentOutput,
  Outcome,
} from "./auth-intent.types.ts"
import { outcomeOf } from "./outcome-of.ts"
import { restoreFacts } from "./restore-facts.ts"

/** The longest delay that a timer holds, in ms. */
const maxDelay = 2_147_483_647

/** Returns the options, each with its default where it is missing or out of range. */
function toOptions({ intentLifetime, solveGrace, inAppPollInterval }: AuthIntentInput) {
  const inRange = (value: number | undefined, min: number, byDefault: number) =>
    typeof value === "number" && value >= min && value <= maxDelay ? value : byDefault
  const times = { intentLifetime: inRange(intentLifetime, 1, 300_000), solveGrace: inRange(solveGrace, 0, 10_000) }
  const fits = times.intentLifetime + times.solveGrace <= maxDelay
  return {
    ...(fits ? times : { intentLifetime: 300_000, solveGrace: 10_000 }),
    inAppPollInterval: inRange(inAppPollInterval, 0, 5_000),
  }
}

/** Builds the context of a new intent, or of one that goes on from its record. */
export function toContext({ input }: { input: AuthIntentInput }): AuthIntentContext {
  const { provider, resume } = input
  const context = { provider, ...toOptions(input), ...restoreFacts(resume) }
  return resume ? { ...context, resumedFrom: resume.state } : context
}

interface OutputArgs {
  context: AuthIntentContext
  event: AuthIntentEvent | { type: string; output?: Outcome }
}

/** Asserts that a value is there, which the chart guarantees and the compiler cannot see. */
export function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("authIntent: a fact is missing that this state cannot be without")
  return value
}

/** The session goes out from here and never enters the context. */
export function connectedOutput({ context, event }: OutputArgs): AuthIntentOutput {
  const session = outcomeOf(event, "connected")?.session
  return {
    status: "connected",
    provider: context.provider,
    accountId: known(context.accountId),
    ...(session && { session }),
  }
}

const doubt = ({ unanswered }: AuthIntentContext) => (unanswered ? { mayBeConnected: true as const } : {})

export function expiredOutput({ context }: OutputArgs): AuthIntentOutput {
  const { provider, accountId, expiresAt, failure } = context
  return {
    status: "expired",
    provider,
    accountId: known(accountId),
    expiresAt: known(expiresAt),
    ...(failure && { failure }),
    ...doubt(context),
  }
}

export function failedOutput({ context }: OutputArgs): AuthIntentOutput {
  const { provider, accountId, failure } = context
  return {
    status: "failed",
    provider,
    ...(accountId !== undefined && { accountId }),
    failure: known(failure),
    ...doubt(context),
  }
}
