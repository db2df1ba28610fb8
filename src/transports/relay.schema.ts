import * as v from "valibot"
import { successOf } from "../failures/wire.schema.ts"
import { accountToken, boolean, matches, text } from "../values.schema.ts"
import { recovery } from "./auth-transport.schema.ts"
import { checkpoint } from "./outcome.schema.ts"

/** Whether a text is a path on the page's own origin, with no query or fragment. */
export const isOwnPath = (value: string) => matches(value, /^\/(?![/\\])[^\s\\?#]*$/)

/** A success as a relay passes it on, with a token in place of the account id. */
export const relayedSuccess = successOf(accountToken)

/** A checkpoint as a relay passes it on. The relay's host knows the type of a `declared` checkpoint. */
export const relayedCheckpoint = v.object({ declared: v.optional(boolean), checkpoint })

/** A failure as a relay passes it on, with what its host declared. */
export const relayedFailure = v.object({ type: text(100), recovery })
