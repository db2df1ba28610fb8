import * as v from "valibot"
import { defaultTimes, maxDelay } from "../../machines/clock.ts"
import { providerSchema, transportSchema } from "../transports/auth-transport.schema.ts"
import { custom, delay, func } from "../values.schema.ts"

/** What `withTransport` accepts. */
export const withTransportArguments = v.object({
  transport: transportSchema,
  options: v.optional(v.object({ onMistake: v.optional(func) })),
})

/** What `parseSavedIntent` accepts beside its record. */
export const parseSavedIntentOptions = v.object({
  provider: v.optional(providerSchema),
  clock: v.optional(v.object({ now: func })),
  intentLifetime: delay(1),
})

const options = v.object({
  transport: transportSchema,
  inspect: v.optional(
    custom<{ next?: unknown } | (() => void)>(
      "a function or an observer",
      (value) => typeof value === "function" || typeof value?.next === "function",
    ),
  ),
  signal: v.optional(custom<AbortSignal>("an AbortSignal", (value) => typeof value?.addEventListener === "function")),
  onMistake: v.optional(func),
  clock: v.optional(v.object({ now: func, setTimeout: func, clearTimeout: func })),
  intentLifetime: delay(1),
  solveGrace: delay(0),
  inAppPollInterval: delay(0),
})

/** Builds the schema of times that are not too long together. */
const timesWithin = /* @__NO_SIDE_EFFECTS__ */ (max: number) =>
  custom<v.InferOutput<typeof options>>(
    `such that intentLifetime + solveGrace is at most ${max} ms`,
    ({ intentLifetime = defaultTimes.intentLifetime, solveGrace = defaultTimes.solveGrace }) =>
      intentLifetime + solveGrace <= max,
  )

/** What `createAuthIntent` and `advanceIntent` accept. */
export const authIntentOptions = v.pipe(options, timesWithin(maxDelay))
