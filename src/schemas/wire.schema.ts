import * as v from "valibot"
import { flag, is, matches } from "./is.ts"
import { accountId, checkpoint } from "./outcome.schema.ts"

/** @see postpress, "Solve a code checkpoint", Response 201; `AccountReconnected` is what a reconnect says. */
export const accountCreated = v.object({
  object: v.picklist(["AccountCreated", "AccountReconnected"]),
  account_id: accountId,
})

/** @see postpress, Instagram guide, step 2. Assumed: `source` says where a code was sent, `SMS` or `APP`. */
export const checkpointAnswer = v.object({
  object: v.picklist(["Checkpoint"]),
  account_id: accountId,
  checkpoint: v.pipe(
    is<{ type: string; [part: string]: unknown }>("an object with a type", (value) => matches(value?.type, /./)),
    v.transform(({ type, ...data }) => ({ type, hint: ["SMS", "APP"].find((each) => each === data["source"]), data })),
    checkpoint,
  ),
})

/** A text for a person; what is none counts as absent. */
const words = v.pipe(
  v.unknown(),
  v.transform((text) => (typeof text === "string" && text) || undefined),
)

/** @see postpress, "Solve a code checkpoint", Errors. */
export const errorEnvelope = v.object({
  title: v.optional(words),
  type: is<string>("a name", (value) => matches(value, /^[\w./-]{1,100}$/)),
  status: is<number>("a number", (value) => typeof value === "number"),
  detail: v.optional(words),
  instance: v.optional(words),
})

/** @see intelliwise, "Do log in with instagram code", Response 200. */
export const intelliwiseSession = v.object({
  id: is<number>("a whole number", Number.isSafeInteger),
  valid: v.optional(flag),
  missing2fa: v.optional(flag),
})
