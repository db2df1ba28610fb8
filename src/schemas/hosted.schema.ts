import * as v from "valibot"
import type { HostedProviders } from "../../machines/hosted-auth.types.ts"
import { baseUrl } from "../http/base-url.ts"
import { is, matches, method, text } from "./is.ts"
import { postpressOptions } from "./options.schema.ts"
import { accountId } from "./outcome.schema.ts"
import { longSecret, userId } from "./relay.schema.ts"

/** What `createHostedAuth` takes, beside its base URL. */
export const hostedOptions = v.object({ ...v.pick(postpressOptions, ["apiKey", "fetch"]).entries, secret: longSecret })

const url = /^https?:\/\/[^\s\\/?#@]+([/?#][^\s\\]*)?$/i

/** A whole URL that a person or a callback may be sent to; its path, query and fragment are its own. */
const webUrl = is<string>("an https URL, or http on loopback, with no user", (value) => {
  if (!matches(value, url) || value.length > 2000 || !URL.canParse(value)) return false
  try {
    return baseUrl(new URL(value).origin) !== ""
  } catch {
    return false
  }
})

const domain = is<string>("a host name alone, say auth.yourapp.com", (value) =>
  matches(value, /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/i),
)

/** What `rewriteHostedUrl` takes. */
export const rewriting = v.object({ url: webUrl, host: domain })

const hostedProvider = v.picklist(["LINKEDIN", "WHATSAPP", "INSTAGRAM", "TELEGRAM", "GOOGLE", "MICROSOFT", "IMAP"])

const providerNames: readonly unknown[] = ["*", ...hostedProvider.options]

/** One, several, or `"*"` for all. */
const providers = is<HostedProviders>(
  `one of ${providerNames.join(" ")}, or a list of such providers`,
  (value) =>
    providerNames.includes(value) ||
    (Array.isArray(value) && value.length > 0 && value.every((one) => hostedProvider.options.includes(one))),
)

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/** Ms: links die with the daily restart. */
const day = 86_400_000

const expiresOn = is<string>(
  "an ISO 8601 time with its zone, later than now and at most a day away",
  (value) => matches(value, isoTime) && Date.parse(value) > Date.now() && Date.parse(value) <= Date.now() + day,
)

const redirects = { success_redirect_url: v.optional(webUrl), failure_redirect_url: v.optional(webUrl) }

const link = { userId, providers, expiresOn, ...redirects, notify_url: v.optional(webUrl) }

/** What `createLink` takes. */
export const linkOptions = v.variant("type", [
  v.object({
    type: v.literal("create"),
    ...link,
    reconnect_account: v.optional(is<undefined>("left out unless type is reconnect", (value) => value === undefined)),
  }),
  v.object({ type: v.literal("reconnect"), ...link, reconnect_account: accountId }),
])

/** What a page may choose of a link. A reconnect is not among it: only a back end knows which account to name. */
export const linkBody = v.object({ type: v.literal("create"), providers, ...redirects })

/** @see postpress, Hosted auth wizard, step 2. */
export const hostedLink = v.object({ object: v.literal("HostedAuthURL"), url: webUrl })

/** What `createNotificationHandler` takes. */
export const notificationOptions = v.object({ secret: longSecret, onConnected: method, onNeedsReconnect: method })

/** @see postpress, Hosted auth wizard, step 4; assumed: a reconnect says `RECONNECTED`. */
export const notification = v.object({
  status: v.picklist(["CREATION_SUCCESS", "RECONNECTED"]),
  account_id: accountId,
  name: text(4000),
})

/** Assumed, as its shape is not documented. @see postpress, Hosted auth wizard, "Reconnecting an account". */
export const accountStatus = v.object({ account_id: accountId, status: text(100) })
