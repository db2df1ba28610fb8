import * as v from "valibot"
import { accountId, custom, matches } from "../values.schema.ts"

/** @see postpress, "Solve a code checkpoint", Response 201. Assumed: a reconnect is `AccountReconnected`. */
export const accountCreated = v.object({
  object: v.picklist(["AccountCreated", "AccountReconnected"]),
  account_id: accountId,
})

/** @see postpress, Instagram guide, step 2. */
export const checkpointResponse = v.object({
  object: v.literal("Checkpoint"),
  account_id: accountId,
  checkpoint: custom<{ type: string; [part: string]: unknown }>("an object with a type", (value) =>
    matches(value?.type, /./),
  ),
})
