import * as v from "valibot"
import { maxDelay } from "../../machines/clock.ts"
import { type Provider, providers as providerNames } from "../../machines/providers.ts"
import { custom, func, numberIn, oneOf, text } from "../values.schema.ts"

export const providerSchema = oneOf(providerNames)

export const recovery = oneOf(["correct", "retry", "restart", "stop"])

/** A delay in ms, up to the longest that a timer holds. */
export const delay = /* @__NO_SIDE_EFFECTS__ */ (min: number) => v.optional(numberIn(min, maxDelay))

const isProvider = (value: unknown) => providerNames.some((each) => each === value)

export const providers = custom<Provider[]>(
  "a list of providers",
  (value) => Array.isArray(value) && value.every(isProvider),
)

/** The parts of a transport. */
export const transportSchema = v.object({
  submit: func,
  solve: v.optional(func),
  providers: v.optional(providers),
})

/**
 * The credentials of postpress. `normalizeCredentials` refuses a blank user name.
 * @see postpress, Instagram guide, step 1.
 */
export const postpressCredentials = v.object({ username: text(1000), password: text(1000) })
