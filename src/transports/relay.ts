import { clientFailure } from "../failures/client-failure.ts"
import type { Asked } from "../failures/judge-answer.ts"
import { baseUrl } from "../http/base-url.ts"
import type { Fetch } from "../http/post-json.ts"
import { check, read } from "../schemas/check.ts"
import { postpressCredentials } from "../schemas/person.schema.ts"
import { ownPath, relayTransportOptions } from "../schemas/relay-transport.schema.ts"
import { askApi } from "./ask-api.ts"
import type { AuthTransport, Solution, TransportContext } from "./auth-transport.ts"
import type { PostpressCredentials } from "./postpress.ts"

export interface RelayTransportOptions {
  /** Where the relay is mounted: a path on the page's own origin, say `/api/auth`, or a whole URL. */
  baseUrl: string
  /** Default the platform's, which sends cookies to the page's own origin alone. */
  fetch?: Fetch
  /** Sent with each request: a CSRF token, say. */
  headers?: Record<string, string>
}

/** Ms for sending and reading together: more than the relay itself takes to hear from the API and tell its host. */
const timeout = 40_000

/** What the relay is told, and which of it is secret. */
function toWire(solution: Solution): { solution: object; secrets: string[] } {
  const { kind } = solution
  switch (kind) {
    case "code": {
      const value = solution.secret.open()
      return { solution: { kind, value }, secrets: [value] }
    }
    case "phone": {
      const value = solution.secret.open()
      return { solution: { kind, value }, secrets: [value.number.replace(/^0+(?=\d)/, "")] }
    }
    default:
      return { solution: { kind }, secrets: [] }
  }
}

/**
 * Talks from a page to a relay (`createRelay` of `auth-intent/server`) on the host's own server, which keeps the API key
 * and the account ids: here an account id is a token that only the relay can read.
 * @throws AuthIntentError `invalid_option` or `invalid_base_url`.
 */
export function createRelayTransport(options: RelayTransportOptions): AuthTransport<PostpressCredentials> {
  check(relayTransportOptions, options, "invalid_option", "createRelayTransport")
  const { headers = {}, fetch } = options
  const base = read(ownPath, options.baseUrl)?.replace(/\/+$/, "") ?? baseUrl(options.baseUrl)

  function post(asked: Asked, path: string, body: object, secrets: string[], context: TransportContext) {
    return askApi(asked, { url: `${base}${path}`, headers, body, secrets, timeout, fetch }, context)
  }

  return {
    async submit({ provider, credentials: boxed }, context) {
      const credentials = read(postpressCredentials, boxed.open())
      if (credentials === undefined) return { kind: "rejected", failure: clientFailure("client/invalid_input") }
      const body = { provider, credentials }
      return post({ step: "submit", provider }, "/accounts", body, [credentials.password], context)
    },
    async solve({ provider, accountId, solution: boxed }, context) {
      const { solution, secrets } = toWire(boxed)
      const body = { provider, token: accountId, solution }
      return post({ step: "solve", provider }, "/accounts/checkpoint", body, secrets, context)
    },
  }
}
