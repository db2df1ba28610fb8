import { clientFailure } from "../failures/client-failure.ts"
import type { Asked } from "../failures/judge-answer.ts"
import { baseUrl } from "../http/base-url.ts"
import type { Fetch } from "../http/post-json.ts"
import { refuseInPage } from "../http/refuse-in-page.ts"
import { check, read } from "../schemas/check.ts"
import { postpressOptions } from "../schemas/options.schema.ts"
import { postpressCredentials } from "../schemas/person.schema.ts"
import { askApi } from "./ask-api.ts"
import type { AuthTransport, Solution, TransportContext } from "./auth-transport.ts"

export interface PostpressOptions {
  apiKey: string
  /** Default `https://api.postpress.ai/v1`. */
  baseUrl?: string
  /** Default the platform's. */
  fetch?: Fetch
  /** Ms for sending and reading together. Default 30 000. */
  timeout?: number
  /** Lets a page run with the key that it shows to every visitor. Default `false`. */
  dangerouslyAllowBrowser?: boolean
}

export interface PostpressCredentials {
  username: string
  password: string
}

/** @see postpress, "Solve a code checkpoint", Request body; Messenger guide, step 3. */
function toWire(solution: Solution): { code: string; secrets: string[] } {
  switch (solution.kind) {
    case "code": {
      const code = solution.secret.open()
      return { code, secrets: [code] }
    }
    case "phone": {
      const { countryCode, number } = solution.secret.open()
      // From abroad it is dialled without the zeros that it begins with.
      return { code: `(+${countryCode})${number}`, secrets: [number.replace(/^0+(?=\d)/, "")] }
    }
    case "approval":
      return { code: "in_app_validation", secrets: [] }
    case "anotherWay":
      return { code: "TRY_ANOTHER_WAY", secrets: [] }
  }
}

/**
 * Talks to the postpress API: `POST /accounts` and `POST /accounts/checkpoint`. It sends each request once and follows no redirect.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @see postpress, Instagram guide, Messenger guide, "Solve a code checkpoint".
 */
export function createPostpressTransport(options: PostpressOptions): AuthTransport<PostpressCredentials> {
  check(postpressOptions, options, "invalid_option", "createPostpressTransport")
  const { apiKey, fetch, timeout = 30_000 } = options
  const base = baseUrl(options.baseUrl ?? "https://api.postpress.ai/v1")
  if (!options.dangerouslyAllowBrowser) refuseInPage()

  function post(asked: Asked, path: string, body: object, secrets: string[], context: TransportContext) {
    const headers = { "X-API-KEY": apiKey }
    const request = { url: `${base}${path}`, headers, body, secrets: [apiKey, ...secrets], timeout, fetch }
    return askApi(asked, request, context)
  }

  return {
    async submit({ provider, credentials }, context) {
      const login = read(postpressCredentials, credentials.open())
      if (login === undefined) return { kind: "rejected", failure: clientFailure("client/invalid_input") }
      return post({ step: "submit", provider }, "/accounts", { provider, ...login }, [login.password], context)
    },
    async solve({ provider, accountId, solution }, context) {
      const { code, secrets } = toWire(solution)
      const body = { provider, account_id: accountId, code }
      return post({ step: "solve", provider }, "/accounts/checkpoint", body, secrets, context)
    },
  }
}
