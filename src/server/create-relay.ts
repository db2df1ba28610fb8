import type { Fetch } from "../http/post-json.ts"
import { check } from "../schemas/check.ts"
import { relayOptions, userId as userIdSchema } from "../schemas/relay.schema.ts"
import { createPostpressTransport } from "../transports/postpress.ts"
import { admit } from "./admit.ts"
import { apiUrl } from "./api-url.ts"
import { answerPreflight, corsHeaders } from "./cors.ts"
import { createLinkRoute } from "./create-link-route.ts"
import { type ConnectedAccount, createLogins, type Route } from "./create-logins.ts"
import { createSpentSet, type SpentLogins } from "./create-spent-set.ts"
import { createLoginTokens, type RelayKey } from "./login-tokens.ts"
import { Refusal } from "./refusal.ts"

/** What went wrong on the host's side, and for whom, as far as that was known. */
export interface RelayProblem extends Partial<ConnectedAccount> {
  error: unknown
}

export interface RelayOptions {
  apiKey: string
  /** The API's. Default `https://api.postpress.ai/v1`. */
  baseUrl?: string
  /** Default the platform's. */
  fetch?: Fetch
  /** Says who is signed in, by headers alone; nothing or an empty text is nobody. */
  getUserId: (request: Request) => string | null | undefined | Promise<string | null | undefined>
  /**
   * The first encrypts, all decrypt: to rotate, put a new one first and drop the old one five minutes later.
   * The first one's secret also signs the names of hosted links.
   */
  keys: readonly [RelayKey, ...RelayKey[]]
  /** Other origins whose pages may ask. Behind a proxy that ends TLS, the page's own is one of them. Default none. */
  origins?: readonly string[]
  /** Remembers which logins are over. Default the last 10 000 in this process. */
  spent?: SpentLogins
  /** Stores whose account was connected; the page waits for it. It can be called twice for one account: upsert. */
  onConnected?: (account: ConnectedAccount) => unknown
  /** Hears what threw: `onConnected`, with the account to store by hand; `getUserId`; `spent`. */
  onError?: (problem: RelayProblem) => unknown
}

/**
 * Stands between pages and the API: it keeps the API key, and names a login to its page by an encrypted token.
 * Mount it where it gets `…/accounts`, `…/accounts/checkpoint` and `…/hosted/accounts/link`; in a worker hand the promise to `waitUntil`
 * too, so that what is on its way survives a page that leaves.
 * @throws AuthIntentError `invalid_option` or `invalid_base_url`.
 */
export function createRelay(options: RelayOptions): (request: Request) => Promise<Response> {
  check(relayOptions, options, "invalid_option", "createRelay")
  const { apiKey, fetch, getUserId, keys, origins = [], spent = createSpentSet(), onConnected, onError } = options
  const baseUrl = apiUrl(options.baseUrl)

  async function report(problem: RelayProblem): Promise<void> {
    try {
      await onError?.(problem)
    } catch {
      // There is nobody left to tell.
    }
  }

  const logins = createLogins({
    transport: createPostpressTransport({ apiKey, baseUrl, fetch }),
    tokens: createLoginTokens(keys),
    hidden: [baseUrl, new URL(baseUrl).host],
    spent,
    onConnected,
    report,
  })
  const routes: [path: string, Route][] = [
    ["/hosted/accounts/link", createLinkRoute({ apiKey, baseUrl, fetch, secret: keys[0].secret, origins })],
    ["/accounts/checkpoint", logins.solve],
    ["/accounts", logins.submit],
  ]

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const [, route] = routes.find(([path]) => pathname.endsWith(path)) ?? []
    if (route === undefined) throw new Refusal(404, "errors/not_found", "Not found")
    const preflight = answerPreflight(request, origins)
    if (preflight) return preflight
    admit(request, origins)
    const userId = await getUserId(request)
    if (!userId) throw new Refusal(401, "errors/not_signed_in", "Not signed in")
    check(userIdSchema, userId, "invalid_option", "getUserId")
    return route(request, userId)
  }

  return async (request) => {
    const response = await answer(request).catch(async (error) => {
      if (error instanceof Refusal) return error.toResponse()
      await report({ error })
      return new Refusal(500, "errors/unexpected_error", "Unexpected error").toResponse()
    })
    for (const [name, value] of Object.entries(corsHeaders(request, origins))) response.headers.set(name, value)
    return response
  }
}
