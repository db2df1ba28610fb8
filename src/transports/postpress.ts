import { createFetch } from "ofetch"
import type { Provider } from "../../machines/providers.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import {
  type Declarations,
  interpretResponse,
  type Operation,
  type TransportOutcome,
} from "../failures/interpret-response.ts"
import { assertNotBrowser } from "../http/assert-not-browser.ts"
import { parseBaseUrl } from "../http/base-url.ts"
import { createPostJson, type Fetch, type FetchInit, type FetchResponse } from "../http/post-json.ts"
import { Secret } from "../secret.ts"
import { parse } from "../values.schema.ts"
import { type AuthTransport, paths, type Solution, type TransportContext, toLost, unsent } from "./auth-transport.ts"
import { normalizeCredentials } from "./normalize.ts"
import { postpressOptions } from "./postpress.schema.ts"

/** The options of `createPostpressTransport`. */
export interface PostpressOptions extends Declarations {
  /** Sent as `X-API-KEY`. */
  apiKey: string
  /** @default "https://api.postpress.ai/v1" */
  baseUrl?: string | undefined
  /** Any function with the signature of `fetch`. @default the platform's */
  fetch?: Fetch | undefined
  /** In ms, over sending and reading together. @default 30000 */
  timeout?: number | undefined
  /** Called with each response, for the host's log. Only the boxed `body` holds the provider's text. */
  onResponse?: ((response: ResponseReport) => void) | undefined
  /** Allows a page to run with the API key, which every visitor can read there: for tests. @default false */
  dangerouslyAllowBrowser?: boolean | undefined
}

/** A response of the API, for the host alone. */
export interface ResponseReport {
  operation: Operation
  provider: Provider
  status: number
  /** The type of the failure or of the checkpoint, as this library has it. */
  type?: string
  /** The body: parsed JSON, or else the text. */
  body: Secret<unknown>
}

/** The credentials of postpress. @see postpress, Instagram guide, step 1. */
export interface PostpressCredentials {
  username: string
  password: string
}

/** The base URL of the API. */
export const postpressUrl = "https://api.postpress.ai/v1"

/** @see postpress, "Solve a code checkpoint", Request body; Messenger guide, step 3. */
function toCode(solution: Solution): string {
  if (solution.kind === "code") return solution.secret.open()
  if (solution.kind === "inApp") return "in_app_validation"
  if (solution.kind === "method") return "TRY_ANOTHER_WAY"
  const { countryCode, number } = solution.secret.open()
  return `(+${countryCode})${number}`
}

/** A request on its way through ofetch, whose own headers would not suit every implementation of fetch. */
interface Envelope {
  url: string
  init: FetchInit
}

/** Returns a `fetch` that sends once, by ofetch, and leaves the response as it is. */
function byOfetch(fetch: Fetch = (url, init) => globalThis.fetch(url, init)): Fetch {
  const { raw } = createFetch({
    // ofetch writes into the response, which may be frozen: it gets the response in a box.
    fetch: (async ({ url, init }: Envelope) => ({
      response: await fetch(url, init),
    })) as unknown as typeof globalThis.fetch,
    Headers: Map as unknown as typeof Headers,
  })
  return async (url, init) => {
    const boxed: unknown = await raw({ url, init } satisfies Envelope as unknown as Request, { retry: 0 })
    return (boxed as { response: FetchResponse }).response
  }
}

/**
 * Builds the transport to the postpress API: `POST /accounts` and `POST /accounts/checkpoint`. The transport sends each
 * request once and follows no redirect.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @example
 * const transport = createPostpressTransport({ apiKey: process.env.POSTPRESS_API_KEY ?? "" })
 * @see postpress, Instagram guide, Messenger guide, "Solve a code checkpoint".
 */
export function createPostpressTransport(options: PostpressOptions): AuthTransport<PostpressCredentials> {
  parse(postpressOptions, options, "invalid_option", "createPostpressTransport")
  const { apiKey, timeout, baseUrl = postpressUrl, fetch, onResponse } = options
  const base = parseBaseUrl(baseUrl)
  if (!options.dangerouslyAllowBrowser) assertNotBrowser(". In a test: dangerouslyAllowBrowser")
  const postJson = createPostJson({ headers: { "X-API-KEY": apiKey }, timeout, fetch: byOfetch(fetch) })

  async function post(
    operation: Operation,
    provider: Provider,
    body: object,
    context: TransportContext,
  ): Promise<TransportOutcome> {
    const response = await postJson(`${base}${paths[operation]}`, body, context)
    if (response.kind !== "response") return toLost(response)
    const outcome = await interpretResponse({ operation, provider, ...response }, options, context)
    if (onResponse === undefined) return outcome
    const { status, json, text } = response
    const type =
      outcome.kind === "rejected" ? outcome.failure.type : outcome.kind === "checkpoint" && outcome.checkpoint.type
    // onResponse is not awaited; if it rejects, the process must not end.
    const report = async () =>
      onResponse({ operation, provider, status, ...(type && { type }), body: new Secret(json ?? text) })
    report().catch(() => {
      // The error may hold the body.
      context.onMistake(new AuthIntentError("callback_threw", "createPostpressTransport: onResponse threw"))
    })
    return outcome
  }

  return {
    async submit({ provider, credentials }, context) {
      const login = normalizeCredentials(credentials.open())
      if (login === undefined) return unsent("client/invalid_input")
      return post("submit", provider, { provider, ...login }, context)
    },
    async solve({ provider, accountId, solution }, context) {
      return post("solve", provider, { provider, account_id: accountId, code: toCode(solution) }, context)
    },
  }
}
