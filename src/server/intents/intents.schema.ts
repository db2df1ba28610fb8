import * as v from "valibot"
import type { InFlight } from "../../intent/get-step.ts"
import { authIntentOptions } from "../../intent/intent-options.schema.ts"
import { savedIntent } from "../../intent/saved-intent.schema.ts"
import { epoch, oneOf, only, text } from "../../values.schema.ts"
import { lock, store } from "../server.schema.ts"

/** What `createIntents` accepts. */
export const intentsOptions = v.intersect([authIntentOptions, only({ ...authIntentOptions.entries, store })])

const claim = v.object({
  ...lock.entries,
  request: oneOf<InFlight>(["credentials", "code", "phone", "inApp", "method", "poll"]),
})

/** What is in flight, unless the process of its holder has died. */
export type Claim = v.InferOutput<typeof claim>

/** What the store holds of an intent. */
export const intentEntry = v.object({
  /** As it is once the request in flight is left. */
  saved: savedIntent,
  claim: v.exactOptional(claim),
  /** No poll before then, in epoch ms. */
  pollAt: epoch,
  /** Who drives it at the relay: a digest of the user's id, and the login there. */
  handOff: v.exactOptional(v.object({ user: text(200), login: text(100) })),
})

export type IntentEntry = v.InferOutput<typeof intentEntry>
