import * as v from "valibot"
import { authIntentOptions } from "../intent/intent-options.schema.ts"
import { delay } from "../transports/auth-transport.schema.ts"
import { func } from "../values.schema.ts"

export { intentId } from "../server/intents/intents.schema.ts"

/** What every adapter accepts; the keys are checked by their ring, the store where it is used. */
export const durableOptions = v.intersect([
  authIntentOptions,
  v.object({ retention: delay(0), onEnd: v.optional(func) }),
])

/** A relay's change of an entry. */
export const swapOfEntry = v.object({ before: v.string(), after: v.string() })
