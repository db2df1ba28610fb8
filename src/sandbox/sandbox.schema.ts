import * as v from "valibot"
import { linkProviders, linkType, webUrl } from "../hosted/link.schema.ts"
import { providerSchema } from "../transports/auth-transport.schema.ts"
import { accountId, clock, custom, delay, func, headerValue, matches, numberIn, only, text } from "../values.schema.ts"

const isBasePath = (value: string) => matches(value, /^(\/[\w~-][\w.~-]*)*$/) && value.length <= 1000

const options = {
  apiKey: v.optional(headerValue),
  intentLifetime: delay(1),
  basePath: v.optional(custom<string>("empty or a path like /v1", isBasePath)),
  clock,
  fetch: v.optional(func),
  statusUrl: v.optional(webUrl),
}

/** What `createSandbox` accepts. */
export const sandboxOptions = only(options)

const isPort = (value: number) => Number.isInteger(value) && value >= 0 && value <= 65_535

/** What `startSandbox` accepts. */
export const sandboxServerOptions = only({
  ...options,
  host: v.optional(text(255)),
  port: v.optional(custom<number>("a whole number from 0 to 65535", isPort)),
})

/** A text as long as a body may be. */
const anyText = text(65_536)

// @see postpress, Instagram guide, step 1; "Solve a code checkpoint", Request body.
export const accountRequest = v.object({ provider: providerSchema, username: anyText, password: anyText })
export const checkpointRequest = v.object({ provider: providerSchema, account_id: anyText, code: anyText })

/** How far to move the sandbox's clock, in ms. */
export const advanceRequest = v.object({ ms: numberIn(0, 8.64e15) })

/** ISO 8601, to the minute at least, with its zone. */
const isoTime = custom<string>(
  "an ISO 8601 time with its zone",
  (value) =>
    matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/) && !Number.isNaN(Date.parse(value)),
)

/** @see postpress, Hosted auth wizard, step 1 and "Reconnecting an account". */
export const linkRequest = v.object({
  type: linkType,
  api_url: webUrl,
  expiresOn: isoTime,
  providers: linkProviders,
  success_redirect_url: v.optional(webUrl),
  failure_redirect_url: v.optional(webUrl),
  notify_url: v.optional(webUrl),
  name: v.optional(anyText),
  reconnect_account: v.optional(accountId),
})
