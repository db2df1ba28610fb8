import * as v from "valibot"
import { userId } from "../../hosted/link.schema.ts"
import { authIntentOptions } from "../../intent/intent-options.schema.ts"
import { savedIntent } from "../../intent/saved-intent.schema.ts"
import { custom, epoch, func, text } from "../../values.schema.ts"
import { lock } from "../server.schema.ts"

/** What `createIntents` accepts. */
export const intentsOptions = v.intersect([authIntentOptions, v.object({ store: v.object({ get: func, swap: func }) })])

/** The host's own id of an intent. One that is not well-formed Unicode could be taken for another. */
export const intentId = userId

/** An entry of the store. */
export const intentEntry = v.object({
  saved: savedIntent,
  claim: v.exactOptional(lock),
  pollAt: epoch,
  handOff: v.exactOptional(v.object({ user: text(200), login: text(100) })),
})

const typed = custom<string>("a text of at most 1000 characters", (value) => {
  return typeof value === "string" && value.length <= 1000
})

/** An event as JSON has it, its secrets not boxed yet. The transport checks the credentials itself. */
export const eventJson = v.variant("type", [
  v.object({
    type: v.literal("credentials.submit"),
    credentials: custom<object>("an object", (value) => typeof value === "object" && value !== null),
  }),
  v.object({ type: v.literal("code.submit"), code: typed }),
  v.object({ type: v.literal("phone.submit"), phone: v.object({ countryCode: typed, number: typed }) }),
  v.object({ type: v.picklist(["inApp.approve", "method.switch", "intent.cancel"]) }),
])
