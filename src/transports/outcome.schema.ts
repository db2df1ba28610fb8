import * as v from "valibot"
import { attempt } from "../attempt.ts"
import { Secret } from "../secret.ts"
import { accountToken, boolean, custom, epoch, having, numberIn, oneOf, text } from "../values.schema.ts"
import { recovery } from "./auth-transport.schema.ts"

/** A JSON copy of a value, or `undefined` if there is none. */
const json = v.pipe(
  v.custom<unknown>(() => true),
  v.transform((value): unknown => attempt(() => JSON.parse(JSON.stringify(value)))),
)

export const checkpoint = v.object({
  type: text(100),
  canApproveInApp: v.optional(boolean),
  hint: v.optional(text(100)),
  data: v.optional(json),
})

export const failure = v.object({
  type: text(100),
  status: numberIn(0, 599),
  recovery,
  about: v.optional(oneOf(["credentials", "code", "phone", "approval", "method"])),
  retryAt: v.optional(epoch),
})

const parts = { connected: ["accountId"], checkpoint: ["accountId", "checkpoint"], rejected: ["failure"] } as const

/** The outcome that a transport may return. Unknown parts are dropped. */
export const outcomeSchema = v.pipe(
  v.object({
    kind: oneOf(Object.keys(parts) as (keyof typeof parts)[]),
    accountId: v.optional(accountToken),
    session: v.optional(custom<Secret<unknown>>("a Secret", (value) => value instanceof Secret)),
    checkpoint: v.optional(checkpoint),
    failure: v.optional(failure),
    sent: v.optional(oneOf([false])),
  }),
  having(({ kind }) => parts[kind]),
)
