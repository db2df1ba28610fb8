import * as v from "valibot"
import { durableEntries } from "../durable/durable.schema.ts"
import { custom, func, headers, matches, only, text } from "../values.schema.ts"

/** What `createRestateIntents` accepts. */
export const restateOptions = only({
  ...durableEntries,
  restate: custom<{ object?: unknown; handlers?: { object?: { shared?: unknown } } }>(
    "the module @restatedev/restate-sdk",
    (value) => typeof value?.object === "function" && typeof value.handlers?.object?.shared === "function",
  ),
  ingress: custom<string>("a URL, for example http://localhost:8080", (value) => matches(value, /^https?:\/\/[^/]/)),
  headers: v.optional(headers),
  name: v.optional(text(100)),
  fetch: v.optional(func),
})
