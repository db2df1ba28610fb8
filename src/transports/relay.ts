import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { type Operation, type TransportOutcome, toOutcome } from "../failures/interpret-response.ts"
import { parseBaseUrl } from "../http/base-url.ts"
import { createPostJson, type Fetch, type PostJson } from "../http/post-json.ts"
import { read } from "../values.schema.ts"
import { type AuthTransport, paths, type Solution, type TransportContext, toLost, unsent } from "./auth-transport.ts"
import { normalizeCredentials } from "./normalize.ts"
import type { PostpressCredentials } from "./postpress.ts"
import { isOwnPath, relayedCheckpoint, relayedFailure, relayedSuccess } from "./relay.schema.ts"

/** The options of `createRelayTransport`. */
export interface RelayTransportOptions {
  /** Where the relay is mounted: a path on the page's own origin, for example `/api/auth`, or a whole URL. */
  baseUrl: string
  /** @default the platform's, which sends cookies to the page's own origin alone */
  fetch?: Fetch | undefined
  /** Sent with each request: for example a CSRF token. @default {} */
  headers?: Record<string, string> | undefined
}

/**
 * The timeout in ms, over sending and reading together. It exceeds the relay's own timeouts: up to 30 s each for the
 * API and for the host, and 5 s for each call of the store.
 */
const timeout = 90_000

/** Builds the function that posts to a relay. @throws AuthIntentError `invalid_option` or `invalid_base_url`. */
export function createPostToRelay(options: RelayTransportOptions, subject: string): PostJson {
  const { baseUrl, headers, fetch } = options ?? {}
  // A page's `<base>` would lead a bare path to another origin. A frame without an address has the origin of its page.
  const origin = [globalThis.location?.origin, globalThis.origin].find((each) => each && each !== "null") ?? ""
  const base = isOwnPath(baseUrl)
    ? origin + baseUrl.replace(/\/+$/, "")
    : parseBaseUrl(baseUrl, "a path that begins with one slash, or ")
  const postJson = createPostJson({ headers, timeout, fetch }, subject)
  return (path, body, context) => postJson(`${base}${path}`, body, context)
}

/** Opens a solution for the wire. */
const toWire = (solution: Solution): object => ({
  kind: solution.kind,
  value: "secret" in solution ? solution.secret.open() : undefined,
})

/**
 * Builds the transport from a page to a relay (`createRelay` of `auth-intent/server`) on the host's own server. The
 * relay keeps the API key and the account ids: in the page an account id is a token that only the relay can read.
 * @throws AuthIntentError `invalid_option` or `invalid_base_url`.
 * @example
 * const transport = createRelayTransport({ baseUrl: "/api/auth" })
 */
export function createRelayTransport(options: RelayTransportOptions): AuthTransport<PostpressCredentials> {
  const postToRelay = createPostToRelay(options, "createRelayTransport")

  /** Posts to the relay, and also reads the types that the relay's host has declared. */
  async function post(
    operation: Operation,
    provider: Provider,
    body: object,
    context: TransportContext,
  ): Promise<TransportOutcome> {
    // After a 408 on a kept connection, a browser repeats a POST by itself. The relay recognizes it by its id.
    const response = await postToRelay(paths[operation], { ...body, provider, id: Math.random() }, context)
    if (response.kind !== "response") return toLost(response)
    const { status, json } = response
    const problem = read(relayedFailure, json)
    const failures = problem && { [problem.type]: { ...problem, status } }
    const outcome = toOutcome({ operation, provider, ...response }, { failures }, relayedSuccess)
    if (outcome.kind !== "checkpoint") return outcome
    const relayed = read(relayedCheckpoint, json)
    const { type } = relayed?.declared ? relayed.checkpoint : outcome.checkpoint
    return { ...outcome, checkpoint: { ...outcome.checkpoint, ...relayed?.checkpoint, type } as Checkpoint }
  }

  return {
    async submit({ provider, credentials: boxed }, context) {
      const credentials = normalizeCredentials(boxed.open())
      return credentials ? post("submit", provider, { credentials }, context) : unsent("client/invalid_input")
    },
    async solve({ provider, accountId, solution }, context) {
      return post("solve", provider, { token: accountId, solution: toWire(solution) }, context)
    },
  }
}
