import * as v from "valibot"
import { between, is, matches, method, text } from "./is.ts"
import { authIntentOptions, postpressOptions, provider } from "./options.schema.ts"

/** What `createSandbox` takes. */
export const sandboxOptions = v.object({
  apiKey: v.optional(postpressOptions.entries.apiKey),
  intentLifetime: authIntentOptions.entries.intentLifetime,
  basePath: v.optional(
    is<string>("empty or a path like /v1", (value) => matches(value, /^(\/[\w~-][\w.~-]*)*$/) && value.length <= 1000),
  ),
  now: v.optional(method),
})

/** What `startSandbox` takes. */
export const sandboxServerOptions = v.object({
  ...sandboxOptions.entries,
  host: v.optional(text(255)),
  port: v.optional(
    is<number>("a whole number from 0 to 65535", (value) => Number.isInteger(value) && value >= 0 && value <= 65_535),
  ),
})

/** As long as a body can be. */
const anyText = text(65_536)

/** @see postpress, Instagram guide, step 1. */
export const accountRequest = v.object({ provider, username: anyText, password: anyText })

/** @see postpress, "Solve a code checkpoint", Request body. */
export const checkpointRequest = v.object({ provider, account_id: anyText, code: anyText })

/** How far to move the sandbox's clock, in ms. */
export const advanceRequest = v.object({ ms: between(0, 8.64e15) })
