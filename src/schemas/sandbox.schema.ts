import * as v from "valibot"
import { hostedLink, linkBody } from "./hosted.schema.ts"
import { between, is, matches, method, text } from "./is.ts"
import { authIntentOptions, postpressOptions, provider } from "./options.schema.ts"
import { accountId } from "./outcome.schema.ts"

/** A URL that is https, or http on loopback. */
const webUrl = hostedLink.entries.url

/** What `createSandbox` takes. */
export const sandboxOptions = v.object({
  apiKey: v.optional(postpressOptions.entries.apiKey),
  intentLifetime: authIntentOptions.entries.intentLifetime,
  basePath: v.optional(
    is<string>("empty or a path like /v1", (value) => matches(value, /^(\/[\w~-][\w.~-]*)*$/) && value.length <= 1000),
  ),
  now: v.optional(method),
  fetch: v.optional(method),
  statusUrl: v.optional(webUrl),
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

/** ISO 8601, to the minute at least, with its zone. */
const isoTime = is<string>(
  "an ISO 8601 time with its zone",
  (value) =>
    matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/) && !Number.isNaN(Date.parse(value)),
)

const { providers, success_redirect_url, failure_redirect_url } = linkBody.entries

/** @see postpress, Hosted auth wizard, step 1 and "Reconnecting an account". */
export const linkRequest = v.object({
  type: v.picklist(["create", "reconnect"]),
  api_url: webUrl,
  expiresOn: isoTime,
  providers,
  success_redirect_url,
  failure_redirect_url,
  notify_url: v.optional(webUrl),
  name: v.optional(anyText),
  reconnect_account: v.optional(accountId),
})
