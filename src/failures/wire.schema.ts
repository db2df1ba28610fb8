import * as v from "valibot"
import { accountId, custom, matches, oneOf, type Schema } from "../values.schema.ts"

/**
 * An object with a type: Problem Details (RFC 9457), whose other members are not read, or a checkpoint.
 * @see postpress, "Solve a code checkpoint", Errors; Instagram guide, step 2.
 */
export const typedObject = custom<{ type: string; [part: string]: unknown }>("an object with a type", (value) =>
  matches(value?.type, /./),
)

/**
 * Builds the schema of a success, an account or a checkpoint, from the schema of its account id. Assumed: a reconnect
 * is `AccountReconnected`.
 * @see postpress, "Solve a code checkpoint", Response 201; Instagram guide, step 2.
 */
export const successOf = /* @__NO_SIDE_EFFECTS__ */ (id: Schema<string>) =>
  v.object({ object: oneOf(["AccountCreated", "AccountReconnected", "Checkpoint"]), account_id: id })

/** A success as the API sends it. */
export const success = successOf(accountId)

/** The checkpoint in the body of a success. */
export const checkpointBody = v.object({ checkpoint: typedObject })
