import * as v from "valibot"
import type { InFlight } from "../../intent/get-step.ts"
import { authIntentOptions } from "../../intent/intent-options.schema.ts"
import { savedIntent } from "../../intent/saved-intent.schema.ts"
import { epoch, oneOf, only, type Schema, text } from "../../values.schema.ts"
import { lock, store } from "../server.schema.ts"

/** What `createIntents` accepts. */
export const intentsOptions: Schema<{ intentLifetime?: number | undefined; inAppPollInterval?: number | undefined }> =
  v.intersect([authIntentOptions, only({ ...authIntentOptions.entries, store })])

const claim = v.object({
  ...lock.entries,
  request: oneOf<InFlight>(["credentials", "code", "phone", "inApp", "method", "poll"]),
})

/** The request in flight, unless the process of its holder has died. */
export type Claim = v.InferOutput<typeof claim>

/** The store's entry of an intent. */
export const intentEntry = v.object({
  /** The record, as if the request in flight were abandoned. */
  saved: savedIntent,
  claim: v.exactOptional(claim),
  /** The earliest time of the next poll, in epoch ms. */
  pollAt: epoch,
  /** The user who drives the intent at the relay, as a digest of the id, and the login there. */
  handOff: v.exactOptional(v.object({ user: text(200), login: text(100) })),
})

export type IntentEntry = v.InferOutput<typeof intentEntry>
