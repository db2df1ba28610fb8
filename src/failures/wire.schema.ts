import * as v from "valibot"
import { accountId, custom, matches, oneOf } from "../values.schema.ts"

/**
 * An object with a type: Problem Details (RFC 9457), of which nothing else is read, or what a checkpoint demands.
 * @see postpress, "Solve a code checkpoint", Errors; Instagram guide, step 2.
 */
export const typed = custom<{ type: string; [part: string]: unknown }>("an object with a type", (value) =>
  matches(value?.type, /./),
)

/**
 * A success: an account, or a checkpoint. Assumed: a reconnect is `AccountReconnected`.
 * @see postpress, "Solve a code checkpoint", Response 201; Instagram guide, step 2.
 */
export const success = v.object({
  object: oneOf(["AccountCreated", "AccountReconnected", "Checkpoint"]),
  account_id: accountId,
})

/** What comes with a success that is a checkpoint. */
export const demanding = v.object({ checkpoint: typed })
