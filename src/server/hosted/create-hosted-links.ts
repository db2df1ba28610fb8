import { maxLinkLifetime, timeOf } from "../../../machines/clock.ts"
import type { HostedProviders, LinkOutcome } from "../../../machines/hosted-auth.types.ts"
import { AuthIntentError } from "../../auth-intent-error.ts"
import { postHosted } from "../../hosted/post-hosted.ts"
import { returnParameter } from "../../hosted/relay-links.ts"
import { assertNotBrowser } from "../../http/assert-not-browser.ts"
import { parseBaseUrl } from "../../http/base-url.ts"
import { createPostJson } from "../../http/post-json.ts"
import { type PostpressOptions, postpressUrl } from "../../transports/postpress.ts"
import { parse } from "../../values.schema.ts"
import { createKeyRing, type KeyRing, type RelayKey } from "../keys.ts"
import { toUserDigest } from "../logins.ts"
import { hostedLink, hostedOptions, linkOptions, rewriteHostedUrlArguments } from "./hosted.schema.ts"

/** The options of `createHostedLinks`. */
export interface HostedLinksOptions
  extends Pick<PostpressOptions, "apiKey" | "baseUrl" | "fetch" | "dangerouslyAllowBrowser"> {
  /** The keys for the names of callbacks and the tokens of returns: the first key signs, every key verifies. */
  keys: readonly RelayKey[]
  /** Returns the time in epoch ms. @default the system's */
  clock?: { now(): number } | undefined
}

/** The options of `createLink`. */
export interface HostedLinkOptions {
  type: "create" | "reconnect"
  /** The host's own id of the person. */
  userId: string
  /** One provider, several, or `"*"` for all. */
  providers: HostedProviders
  /** When the link expires, in epoch ms: at most a day away, since the API's daily restart ends links. */
  expiresAt: number
  /** Where the person returns to when the account is connected. The token of the return is added to its query. */
  successUrl?: string | undefined
  /** Where the person returns to otherwise. */
  failureUrl?: string | undefined
  /** Where the API posts its callback. */
  notifyUrl?: string | undefined
  /** The account to reconnect, only with the type `reconnect`. */
  reconnectAccount?: string | undefined
  /**
   * Whether the account counts as connected only after the link's user has returned from the wizard. Without a return,
   * anybody who gets the link can connect their account to this user. Turn this off only for a link that no stranger
   * gets, for example a link in a mail. @default true
   */
  requireReturn?: boolean | undefined
}

/** Creates links to the hosted wizard. */
export interface HostedLinks {
  /**
   * Creates a link for one person and one use. The outcome has the type of the machine's `createLink` slot.
   * @throws AuthIntentError `invalid_option`, before anything is sent.
   */
  createLink(options: HostedLinkOptions): Promise<LinkOutcome>
}

/** How long a callback or a return is accepted after its link has expired, in ms. */
export const callbackGrace = 3_600_000

/**
 * Creates links to the hosted wizard. Each link has a signed name and a token: the callback brings back the name, and
 * the returning browser brings back the token. The relay has this built in.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @example
 * const links = createHostedLinks({ apiKey, keys })
 * const what = { type: "create", userId, providers: "*", requireReturn: false } as const
 * const outcome = await links.createLink({ ...what, expiresAt, notifyUrl })
 * @see postpress, Hosted auth wizard, steps 1 and 2.
 */
export function createHostedLinks(options: HostedLinksOptions): HostedLinks {
  parse(hostedOptions, options, "invalid_option", "createHostedLinks")
  const createLink = createLinker(options, createKeyRing(options.keys))
  return { createLink: (link) => createLink(link) }
}

/** Builds the function that creates links from options that were parsed. The `nonce` names the link. */
export function createLinker(options: Omit<HostedLinksOptions, "keys">, keys: KeyRing) {
  const { apiKey, clock, baseUrl = postpressUrl, fetch } = options
  const base = parseBaseUrl(baseUrl)
  if (!options.dangerouslyAllowBrowser) assertNotBrowser()
  const postJson = createPostJson({ headers: { "X-API-KEY": apiKey }, fetch })
  const now = () => timeOf({ clock })

  return async (given: HostedLinkOptions, nonce: string = crypto.randomUUID()): Promise<LinkOutcome> => {
    const link = parse(linkOptions, given, "invalid_option", "createLink")
    const { type, userId, providers, expiresAt, requireReturn = true, reconnectAccount } = link
    if (!(expiresAt > now() && expiresAt <= now() + maxLinkLifetime)) {
      throw new AuthIntentError(
        "invalid_option",
        "createLink: expiresAt should be later than now and at most a day away",
      )
    }
    const only = typeof providers === "string" ? providers : providers.length === 1 ? providers[0] : undefined
    const provider = only === "*" ? undefined : only
    const name = { nonce, userId, type, requireReturn, provider, reconnectAccount }
    const until = expiresAt + callbackGrace
    const success = link.successUrl === undefined ? undefined : new URL(link.successUrl)
    // A link from a mail may open in a browser where somebody else is signed in: that return would end the link.
    if (success && requireReturn) {
      // Only the browser that finishes the wizard gets the token, and only the relay can read it.
      const token = await keys.seal("return", { nonce, user: await toUserDigest(userId) }, until)
      // The token comes first: the host's own query stays as it is, and may hold the token of an earlier return.
      success.search = `${returnParameter}=${token}${success.search.replace("?", "&")}`
    }
    const body = {
      type,
      api_url: base,
      expiresOn: new Date(expiresAt).toISOString(),
      providers,
      name: await keys.sign("name", name, until),
      success_redirect_url: success?.href,
      failure_redirect_url: link.failureUrl && new URL(link.failureUrl).href,
      notify_url: link.notifyUrl && new URL(link.notifyUrl).href,
      reconnect_account: reconnectAccount,
    }
    const response = await postHosted(hostedLink, postJson, `${base}/hosted/accounts/link`, body, { now })
    if (response.kind === "rejected") return response
    return { kind: "linked", at: response.at, url: response.body.url, expiresAt }
  }
}

/**
 * Returns the URL of a hosted link with your own domain, for example `auth.yourapp.com`; the rest is unchanged.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const url = rewriteHostedUrl(outcome.url, "auth.yourapp.com")
 * @see postpress, Hosted auth wizard, "Custom domain", step 3.
 */
export function rewriteHostedUrl(url: string, host: string): string {
  parse(rewriteHostedUrlArguments, { url, host }, "invalid_option", "rewriteHostedUrl")
  return url.replace(/^(https?:\/\/)(\[[^\]]*\]|[^/?#:]+)/i, (_, scheme) => `${scheme}${host}`)
}
