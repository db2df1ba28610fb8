import * as v from "valibot"
import { is, matches, method } from "./is.ts"

/** A path on the page's own origin, with no query or fragment. */
export const ownPath = is<string>("a path that begins with one slash", (value) =>
  matches(value, /^\/(?![/\\])[^\s\\?#]*$/),
)

const headers = is<Record<string, string>>("names and values of headers", (value) => {
  try {
    return typeof value === "object" && value !== null && Boolean(new Headers(value))
  } catch {
    return false
  }
})

/** What `createRelayTransport` takes, beside its base URL. */
export const relayTransportOptions = v.object({ fetch: v.optional(method), headers: v.optional(headers) })
