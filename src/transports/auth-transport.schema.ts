import * as v from "valibot"
import { type Provider, providers as providerNames } from "../../machines/providers.ts"
import { custom, func, oneOf } from "../values.schema.ts"

export const providerSchema = oneOf(providerNames)

export const recovery = oneOf(["correct", "retry", "restart", "stop"])

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
