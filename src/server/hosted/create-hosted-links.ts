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
  /** They sign what comes back with callbacks and returns: the first signs, each of them verifies. */
  keys: readonly RelayKey[]
  /** Returns the time in epoch ms. @default the system's */
  clock?: { now(): number } | undefined
}

/** What a link is for. */
export interface HostedLinkOptions {
  type: "create" | "reconnect"
  /** The host's own id of the person. */
  userId: string
  /** One provider, several, or `"*"` for all. */
  providers: HostedProviders
  /** In epoch ms, at most a day away: links die with the API's daily restart. */
  expiresAt: number
  /** Where the person returns to when the account is connected; its query gets the token of the return. */
  successUrl?: string | undefined
  /** Where the person returns to otherwise. */
  failureUrl?: string | undefined
  /** Where the API posts its callback. */
  notifyUrl?: string | undefined
  /** The account to reconnect, and only then. */
  reconnectAccount?: string | undefined
  /**
   * Whether the account counts as connected only when the user whose link it is has returned from the wizard. Without
   * that, anybody who is sent the link connects their account to this user: turn it off only for a link that no stranger
   * receives, for example one that a mail leads to. @default true
   */
  requireReturn?: boolean | undefined
}

/** Creates links to the hosted wizard. */
export interface HostedLinks {
  /**
   * Creates a link to send one person to, once. Its outcome is that of the machine's `createLink` slot.
   * @throws AuthIntentError `invalid_option`, before anything is sent.
   */
  createLink(options: HostedLinkOptions): Promise<LinkOutcome>
}

/** How long after its link a callback or a return may come, in ms. */
export const callbackGrace = 3_600_000

/**
 * Creates links to the hosted wizard, each with a signed name, which its callback brings back, and a token, which the
 * returning browser brings back. The relay has this built in.
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
    // A link from a mail may be followed in a browser where somebody else is signed in, whose return would end it.
    if (success && requireReturn) {
      // Only the browser that finishes the wizard gets it, and only the relay can read it.
      const token = await keys.seal("return", { nonce, user: await toUserDigest(userId) }, until)
      // Before the host's own query, which stays to the letter and may hold the token of an earlier return.
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
 * Returns the URL of a hosted link at a domain of the host's own, for example `auth.yourapp.com`; the rest stays to the letter.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const url = rewriteHostedUrl(outcome.url, "auth.yourapp.com")
 * @see postpress, Hosted auth wizard, "Custom domain", step 3.
 */
export function rewriteHostedUrl(url: string, host: string): string {
  parse(rewriteHostedUrlArguments, { url, host }, "invalid_option", "rewriteHostedUrl")
  return url.replace(/^(https?:\/\/)(\[[^\]]*\]|[^/?#:]+)/i, (_, scheme) => `${scheme}${host}`)
}
