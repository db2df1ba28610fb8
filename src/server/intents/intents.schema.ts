import * as v from "valibot"
import type { SavedIntent } from "../../../machines/auth-intent.types.ts"
import { userId } from "../../hosted/link.schema.ts"
import type { InFlight } from "../../intent/get-step.ts"
import { authIntentOptions } from "../../intent/intent-options.schema.ts"
import { savedIntent } from "../../intent/saved-intent.schema.ts"
import { custom, epoch, oneOf, type Schema, text } from "../../values.schema.ts"
import { lock, store } from "../server.schema.ts"

/** What `createIntents` accepts. */
export const intentsOptions = v.intersect([authIntentOptions, v.object({ store })])

/** The host's own id of an intent. One that is not well-formed Unicode could be taken for another. */
export const intentId = userId

const claim = v.object({
  ...lock.entries,
  request: oneOf<InFlight>(["credentials", "code", "phone", "inApp", "method", "poll"]),
})

/** What is in flight, unless the process of its holder has died. */
export type Claim = v.InferOutput<typeof claim>

/** What the store holds of an intent. */
export interface IntentEntry {
  /** As it is once the request in flight is left. */
  saved: SavedIntent
  claim?: Claim
  /** No poll before then, in epoch ms. */
  pollAt: number
  /** Who drives it at the relay: a digest of the user's id, and the login there. */
  handOff?: { user: string; login: string }
}

export const intentEntry: Schema<IntentEntry> = v.object({
  saved: savedIntent,
  claim: v.exactOptional(claim),
  pollAt: epoch,
  handOff: v.exactOptional(v.object({ user: text(200), login: text(100) })),
})

const enteredText = custom<string>("a text of at most 1000 characters", (value) => {
  return typeof value === "string" && value.length <= 1000
})

/** An event as JSON has it, its secrets not boxed yet. The transport checks the credentials itself. */
export const eventJson = v.variant("type", [
  v.object({
    type: v.literal("credentials.submit"),
    credentials: custom<object>("an object", (value) => typeof value === "object" && value !== null),
  }),
  v.object({ type: v.literal("code.submit"), code: enteredText }),
  v.object({ type: v.literal("phone.submit"), phone: v.object({ countryCode: enteredText, number: enteredText }) }),
  v.object({ type: v.picklist(["inApp.approve", "method.switch", "intent.cancel"]) }),
])
