import * as v from "valibot"
import { hostedProviders } from "../../../machines/providers.ts"
import { linkProviders, linkType, webUrl } from "../../hosted/link.schema.ts"
import {
  accountId,
  boolean,
  clock,
  custom,
  epoch,
  func,
  headerValue,
  hostId,
  matches,
  only,
  text,
  unchecked,
} from "../../values.schema.ts"

/** What `createHostedLinks` accepts; its keys and its base URL are parsed where they are used. */
export const hostedOptions = only({
  keys: unchecked,
  baseUrl: unchecked,
  dangerouslyAllowBrowser: v.optional(boolean),
  apiKey: headerValue,
  fetch: v.optional(func),
  clock,
})

const link = {
  userId: hostId,
  providers: linkProviders,
  expiresAt: epoch,
  successUrl: v.optional(webUrl),
  failureUrl: v.optional(webUrl),
  notifyUrl: v.optional(webUrl),
  requireReturn: v.optional(boolean),
}

const nothing = custom<undefined>("absent unless type is reconnect", (value) => value === undefined)

const links = v.variant("type", [
  v.object({ type: v.literal("create"), ...link, reconnectAccount: v.optional(nothing) }),
  v.object({ type: v.literal("reconnect"), ...link, reconnectAccount: accountId }),
])

/** What `createLink` accepts. */
export const linkOptions = v.pipe(
  only({ type: unchecked, reconnectAccount: unchecked, ...link }),
  links,
  custom<v.InferOutput<typeof links>>(
    "complete: successUrl, which the person's return comes by, unless requireReturn is false",
    ({ successUrl, requireReturn }) => successUrl !== undefined || requireReturn === false,
  ),
)

/** The options of a link that a page may choose. */
export const linkBody = v.object({ type: linkType, providers: linkProviders })

/** What a page posts to learn whether its link has connected an account. */
export const connectionBody = v.object({ url: webUrl })

/** What the page posts after the person's return. */
export const returnBody = v.object({ token: text(4000) })

/** @see postpress, Hosted auth wizard, step 2. */
export const hostedLink = v.object({ object: v.literal("HostedAuthURL"), url: webUrl })

/** @see postpress, Hosted auth wizard, step 4. Assumed: the status of a reconnect is `RECONNECTED`. */
export const notification = v.object({
  status: v.picklist(["CREATION_SUCCESS", "RECONNECTED"]),
  account_id: accountId,
  name: text(16_000),
})

const nonce = text(100)

/** The claims of a name. The callback of its link brings the name back. */
export const nameClaims = v.object({
  nonce,
  userId: hostId,
  type: linkType,
  provider: v.exactOptional(v.picklist(hostedProviders)),
  reconnectAccount: v.exactOptional(accountId),
  requireReturn: boolean,
})

/** The claims of a name, with its expiry in epoch ms. `provider` is there for a link with only one provider. */
export type LinkFacts = v.InferOutput<typeof nameClaims> & { expiresAt: number }

/** The secret in a webhook's URL has no claims, and expires at the last date of the calendar. */
export const webhookClaims = v.object({})

/** The claims of a return's token. */
export const returnClaims = v.object({ nonce, user: text(100) })

/** The store's entry of a link's URL: the link's nonce, and when its tokens expire (epoch ms). */
export const linkEntry = v.object({ nonce, expiresAt: epoch })

export type Link = v.InferOutput<typeof linkEntry>

/** The two halves of a hosted login: the API's callback, and the return of the link's user. */
export const halvesEntry = v.object({
  /** The account that the callback names. */
  accountId: v.exactOptional(accountId),
  provider: v.exactOptional(v.picklist(hostedProviders)),
  /** The user has returned, or a return is not required. */
  isReturned: v.exactOptional(v.literal(true)),
  /** Another user has returned: this link connects nothing any more. */
  isEnded: v.exactOptional(v.literal(true)),
  /** Both halves have come, and the account is on its way to the host. */
  isComplete: v.exactOptional(v.literal(true)),
})

export type Halves = v.InferOutput<typeof halvesEntry>

const hostName = custom<string>("a host name alone, for example auth.yourapp.com", (value) =>
  matches(value, /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/i),
)

/** What `rewriteHostedUrl` accepts. */
export const rewriteHostedUrlArguments = v.object({ url: webUrl, host: hostName })

/** The relay's address, as the API and browsers reach it, the domain of links, and the page that people return to. */
export const relayUrls = v.object({
  // The paths of the routes are appended.
  publicUrl: v.pipe(
    webUrl,
    custom<string>("a URL without a query or a fragment", (value) => !/[?#]/.test(value)),
  ),
  hostedDomain: v.optional(hostName),
  returnTo: v.pipe(
    webUrl,
    custom<string>("a URL without a fragment", (value) => !String(value).includes("#")),
  ),
})
