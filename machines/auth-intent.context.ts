import type { AuthIntentArgs, AuthIntentContext, AuthIntentInput, AuthIntentOutput } from "./auth-intent.types.ts"
import { defaultTimes, maxDelay } from "./clock.ts"
import { known } from "./known.ts"
import { outcomeOf } from "./outcome-of.ts"

/** Returns the options. The default replaces an option that is missing or out of range. */
function toOptions(input: AuthIntentInput) {
  const inRange = (name: keyof typeof defaultTimes, min: number) => {
    const value = input[name]
    return typeof value === "number" && value >= min && value <= maxDelay ? value : defaultTimes[name]
  }
  const times = { intentLifetime: inRange("intentLifetime", 1), solveGrace: inRange("solveGrace", 0) }
  const fits = times.intentLifetime + times.solveGrace <= maxDelay
  return { ...defaultTimes, ...(fits && times), inAppPollInterval: inRange("inAppPollInterval", 0) }
}

/** Builds the context of a new intent, or of an intent that resumes from its record. */
export function toContext({ input }: { input: AuthIntentInput }): AuthIntentContext {
  const { version, revision, state, left, failedPolls = 0, ...facts } = { ...input.resume }
  return {
    attempts: 0,
    failedPolls,
    timedOut: false,
    unanswered: false,
    ...facts,
    ...(state === "checkpoint" && left),
    provider: input.provider,
    ...toOptions(input),
    ...(state && { resumedFrom: state }),
  }
}

/** Returns the output of the final state that was reached. XState passes it on without its type. */
export const outputOfEnd = ({ event }: { event: { output: unknown } }) => event.output as AuthIntentOutput

/** Builds the output of `connected`. The session is only in this output, never in the context. */
export function connectedOutput({ context, event }: AuthIntentArgs): AuthIntentOutput {
  const session = outcomeOf(event, "connected")?.session
  return {
    status: "connected",
    provider: context.provider,
    accountId: known(context.accountId),
    ...(session && { session }),
  }
}

const mayBeConnectedPart = ({ unanswered }: AuthIntentContext) => (unanswered ? { mayBeConnected: true as const } : {})

export function expiredOutput({ context }: AuthIntentArgs): AuthIntentOutput {
  const { provider, accountId, expiresAt, failure } = context
  return {
    status: "expired",
    provider,
    accountId: known(accountId),
    expiresAt: known(expiresAt),
    ...(failure && { failure }),
    ...mayBeConnectedPart(context),
  }
}

export function failedOutput({ context }: AuthIntentArgs): AuthIntentOutput {
  const { provider, accountId, failure } = context
  return {
    status: "failed",
    provider,
    ...(accountId !== undefined && { accountId }),
    failure: known(failure),
    ...mayBeConnectedPart(context),
  }
}
