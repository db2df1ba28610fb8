import * as v from "valibot"
import { Secret } from "../secret.ts"
import { between, flag, is, text } from "./is.ts"

/** Long enough for a relay's token too. */
export const accountId = text(4000)

/** Milliseconds since the epoch, as far as a `Date` goes. */
export const epoch = between(0, 8.64e15)

/** Requires the parts that a record of its kind cannot do without. */
export const having = <Entry extends object>(partsOf: (entry: Entry) => readonly (keyof Entry & string)[]) =>
  v.check<Entry, (issue: v.CheckIssue<Entry>) => string>(
    (entry) => partsOf(entry).every((part) => entry[part] !== undefined),
    ({ input }) => `complete, with ${partsOf(input).join(", ")}`,
  )

/** A copy as JSON has it, or `undefined` where that would take more than 2 kB or cannot be. */
function smallJson(value: unknown): unknown {
  try {
    const json = JSON.stringify(value)
    return new TextEncoder().encode(json).length > 2048 ? undefined : JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The checkpoint types that the chart knows. */
export const knownTypes = ["2FA", "OTP", "IN_APP_VALIDATION", "PHONE_REGISTER"]

export const checkpoint = v.pipe(
  v.object({
    type: text(100),
    canApproveInApp: v.optional(flag),
    hint: v.optional(text(100)),
    data: v.optional(v.unknown()),
  }),
  v.transform(({ data, ...rest }) => ({ ...rest, data: knownTypes.includes(rest.type) ? undefined : smallJson(data) })),
)

export const failure = v.object({
  type: text(100),
  status: between(0, 999),
  title: text(1000),
  detail: v.optional(text(1000)),
  instance: v.optional(text(1000)),
  recovery: v.picklist(["correct", "retry", "restart", "stop"]),
  retryAt: v.optional(epoch),
})

const parts = { connected: ["accountId"], checkpoint: ["accountId", "checkpoint"], rejected: ["failure"] } as const

/** What a transport may answer; parts it does not name are dropped. */
export const outcome = v.pipe(
  v.object({
    kind: v.picklist(["connected", "checkpoint", "rejected"]),
    at: epoch,
    accountId: v.optional(accountId),
    session: v.optional(is<Secret<unknown>>("a Secret", (value) => value instanceof Secret)),
    checkpoint: v.optional(checkpoint),
    failure: v.optional(failure),
  }),
  having(({ kind }) => parts[kind]),
)
