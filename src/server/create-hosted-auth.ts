import type { HostedProviders } from "../../machines/hosted-auth.types.ts"
import { clientFailure } from "../failures/client-failure.ts"
import { judgeError } from "../failures/judge-error.ts"
import type { Fetch, JsonAnswer } from "../http/post-json.ts"
import { refuseInPage } from "../http/refuse-in-page.ts"
import { check, read } from "../schemas/check.ts"
import { hostedLink, hostedOptions, linkOptions } from "../schemas/hosted.schema.ts"
import { apiUrl } from "./api-url.ts"
import { HostedAuthError } from "./hosted-auth-error.ts"
import { signName } from "./hosted-name.ts"

export interface HostedAuthOptions {
  apiKey: string
  /** Signs the names that come back with callbacks: 32 characters or more, random. */
  secret: string
  /** The API's. Default `https://api.postpress.ai/v1`. */
  baseUrl?: string
  /** Default the platform's. */
  fetch?: Fetch
}

/** What a link is for; the names are those of the wire. */
export interface LinkOptions {
  type: "create" | "reconnect"
  /** The host's own id of the person. */
  userId: string
  /** One, several, or `"*"` for all. */
  providers: HostedProviders
  /** ISO 8601, at most a day away: links die with the daily restart. */
  expiresOn: string
  success_redirect_url?: string
  failure_redirect_url?: string
  /** Where a notification handler listens. */
  notify_url?: string
  /** The account to reconnect, and only then. */
  reconnect_account?: string
}

export interface HostedLink {
  object: "HostedAuthURL"
  url: string
}

export interface HostedAuth {
  /**
   * Creates a link to send one person to, once.
   * @throws AuthIntentError `invalid_option`, before anything is sent; HostedAuthError when the API gives no link.
   */
  createLink(options: LinkOptions): Promise<HostedLink>
}

/** Ms for sending and reading together. */
const timeout = 30_000

/** How long after its link a callback may come, in ms. */
const grace = 3_600_000

function judgeLink(answer: JsonAnswer): HostedLink {
  if (answer.kind !== "answer") throw new HostedAuthError(clientFailure(`client/${answer.kind}`))
  const { status, body } = answer
  // As at a checkpoint, there is no password here that a 401 could be about.
  if (status < 200 || status > 299) throw new HostedAuthError(judgeError("solve", answer))
  const link = read(hostedLink, body)
  if (link === undefined) throw new HostedAuthError(clientFailure("client/invalid_response", { status }))
  return link
}

/**
 * Creates links to the hosted wizard, each with a signed name that its callback brings back.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @see postpress, Hosted auth wizard, steps 1 and 2.
 */
export function createHostedAuth(options: HostedAuthOptions): HostedAuth {
  check(hostedOptions, options, "invalid_option", "createHostedAuth")
  const { apiKey, secret, fetch } = options
  const base = apiUrl(options.baseUrl)
  refuseInPage()

  return {
    async createLink(asked) {
      const { userId, expiresOn, ...link } = check(linkOptions, asked, "invalid_option", "createLink")
      const expiresAt = Date.parse(expiresOn)
      const name = await signName(userId, expiresAt + grace, secret)
      const { postJson } = await import("../http/post-json.ts")
      const answer = await postJson(
        {
          url: `${base}/hosted/accounts/link`,
          headers: { "X-API-KEY": apiKey },
          body: { ...link, api_url: base, expiresOn: new Date(expiresAt).toISOString(), name },
          secrets: [apiKey],
          timeout,
          fetch,
        },
        { signal: new AbortController().signal, now: () => Date.now() },
      )
      return judgeLink(answer)
    },
  }
}
