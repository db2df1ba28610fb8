import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { interpretResponse, type Operation, type TransportOutcome } from "../failures/interpret-response.ts"
import { baseUrl } from "../http/base-url.ts"
import { createPostJson, type Fetch, type HttpResponse } from "../http/post-json.ts"
import { parse, read } from "../values.schema.ts"
import { type AuthTransport, invalidInput, type Solution, type TransportContext, toLost } from "./auth-transport.ts"
import { normalizeCredentials } from "./normalize.ts"
import type { PostpressCredentials } from "./postpress.ts"
import { ownPath, relayedCheckpoint, relayedFailure, relayTransportOptions } from "./relay.schema.ts"

/** The options of `createRelayTransport`. */
export interface RelayTransportOptions {
  /** Where the relay is mounted: a path on the page's own origin, for example `/api/auth`, or a whole URL. */
  baseUrl: string
  /** @default the platform's, which sends cookies to the page's own origin alone */
  fetch?: Fetch | undefined
  /** Sent with each request: for example a CSRF token. @default {} */
  headers?: Record<string, string> | undefined
}

interface Request {
  operation: Operation
  provider: Provider
}

/**
 * In ms, over sending and reading together: longer than the relay takes, which waits up to 30 s each for the API and for
 * its host, and 5 s for each call of its store.
 */
export const relayTimeout = 90_000

/**
 * Turns a response into an outcome: as the API's own, and with what the relay's host declared. A type that only the host
 * knows comes with its data.
 */
async function toOutcome(request: Request, response: HttpResponse): Promise<TransportOutcome> {
  const { status, json } = response
  const outcome = await interpretResponse({ ...request, ...response })
  if (outcome.kind === "connected") return outcome
  if (outcome.kind === "rejected") {
    const relayed = status >= 400 && status <= 599 ? read(relayedFailure, json) : undefined
    return relayed ? { kind: "rejected", failure: { ...outcome.failure, ...relayed } } : outcome
  }
  const relayed = read(relayedCheckpoint, json)?.checkpoint
  const type = relayed?.data === undefined ? outcome.checkpoint.type : relayed.type
  return { ...outcome, checkpoint: { ...outcome.checkpoint, ...relayed, type } as Checkpoint }
}

/** Opens a solution for the wire. */
const toWire = (solution: Solution): object =>
  solution.kind === "code" || solution.kind === "phone"
    ? { kind: solution.kind, value: solution.secret.open() }
    : { kind: solution.kind }

/**
 * Builds the transport from a page to a relay (`createRelay` of `auth-intent/server`) on the host's own server, which
 * keeps the API key and the account ids: here an account id is a token that only the relay can read.
 * @throws AuthIntentError `invalid_option` or `invalid_base_url`.
 * @example
 * const transport = createRelayTransport({ baseUrl: "/api/auth" })
 */
export function createRelayTransport(options: RelayTransportOptions): AuthTransport<PostpressCredentials> {
  const { headers = {} } = parse(relayTransportOptions, options, "invalid_option", "createRelayTransport")
  const base = read(ownPath, options.baseUrl)?.replace(/\/+$/, "") ?? baseUrl(options.baseUrl)
  const postJson = createPostJson({ headers, timeout: relayTimeout, fetch: options.fetch })

  async function post(
    request: Request,
    path: string,
    body: object,
    context: TransportContext,
  ): Promise<TransportOutcome> {
    const response = await postJson(`${base}${path}`, body, context)
    return response.kind === "response" ? toOutcome(request, response) : toLost(response)
  }

  return {
    async submit({ provider, credentials: boxed }, context) {
      const credentials = normalizeCredentials(boxed.open())
      if (credentials === undefined) return invalidInput()
      return post({ operation: "submit", provider }, "/accounts", { provider, credentials }, context)
    },
    async solve({ provider, accountId, solution }, context) {
      const body = { provider, token: accountId, solution: toWire(solution) }
      return post({ operation: "solve", provider }, "/accounts/checkpoint", body, context)
    },
  }
}
