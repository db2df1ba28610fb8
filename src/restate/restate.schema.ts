import * as v from "valibot"
import { custom, func, headers, matches, text } from "../values.schema.ts"

/** What `createRestateIntents` accepts beside what every adapter does. */
export const restateOptions = v.object({
  restate: custom<{ object?: unknown; handlers?: { object?: { shared?: unknown } } }>(
    "the module @restatedev/restate-sdk",
    (value) => typeof value?.object === "function" && typeof value.handlers?.object?.shared === "function",
  ),
  ingress: custom<string>("a URL, for example http://localhost:8080", (value) => matches(value, /^https?:\/\/[^/]/)),
  headers: v.optional(headers),
  name: v.optional(text(100)),
  fetch: v.optional(func),
})
