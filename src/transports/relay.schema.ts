import * as v from "valibot"
import { custom, func, matches } from "../values.schema.ts"
import { checkpoint, failure } from "./outcome.schema.ts"

/** A path on the page's own origin, with no query or fragment. */
export const ownPath = custom<string>("a path that begins with one slash", (value) =>
  matches(value, /^\/(?![/\\])[^\s\\?#]*$/),
)

/** What `createRelayTransport` accepts, beside its base URL. */
export const relayTransportOptions = v.object({
  fetch: v.optional(func),
  headers: v.optional(
    custom<Record<string, string>>("names and values of headers", (value) => {
      try {
        // What is iterable, as a `Headers`, has no properties to send, and a value that is no text would be sent as "undefined".
        const isPlain = typeof value === "object" && value !== null && !(Symbol.iterator in value)
        return isPlain && Object.values(value).every((each) => typeof each === "string") && Boolean(new Headers(value))
      } catch {
        return false
      }
    }),
  ),
})

/** A checkpoint as a relay passes it on, with what its host declared. */
export const relayedCheckpoint = v.object({ checkpoint })

/** A failure as a relay passes it on, with what its host declared. */
export const relayedFailure = v.object({ type: failure.entries.type, recovery: failure.entries.recovery })
