import { clientFailure } from "../failures/client-failure.ts"
import { recoveryByStatus } from "../failures/recovery.ts"
import { baseUrl } from "../http/base-url.ts"
import type { Fetch } from "../http/post-json.ts"
import { refuseInPage } from "../http/refuse-in-page.ts"
import { check, read } from "../schemas/check.ts"
import { intelliwiseOptions } from "../schemas/options.schema.ts"
import { intelliwiseCredentials } from "../schemas/person.schema.ts"
import { intelliwiseSession } from "../schemas/wire.schema.ts"
import { Secret } from "../secret.ts"
import type { Answer, AuthTransport } from "./auth-transport.ts"

export interface IntelliwiseOptions {
  baseUrl: string
  sessionToken: string
  /** Build id of the client. */
  buildId?: string
  /** Package id of the client. */
  packageId?: string
  /** Default the platform's. */
  fetch?: Fetch
}

export interface IntelliwiseCredentials {
  code: string
  type?: string | null
  clientId?: string | null
}

/** Ms for sending and reading together. */
const timeout = 30_000

const rejected = (...failure: Parameters<typeof clientFailure>): Answer => ({
  kind: "rejected",
  failure: clientFailure(...failure),
})

/**
 * Talks to the intelliwise API, which takes one Instagram code and answers with a session; it knows no checkpoints.
 * The session comes out as a `Secret` of the whole answer.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @see intelliwise, "Do log in with instagram code".
 */
export function createIntelliwiseTransport(options: IntelliwiseOptions): AuthTransport<IntelliwiseCredentials> {
  check(intelliwiseOptions, options, "invalid_option", "createIntelliwiseTransport")
  const { sessionToken, buildId, packageId, fetch } = options
  const url = new URL(`${baseUrl(options.baseUrl)}/api/opendata/instagram/login`)
  if (buildId !== undefined) url.searchParams.set("iw-build-id", buildId)
  if (packageId !== undefined) url.searchParams.set("iw-package-id", packageId)
  refuseInPage()

  return {
    async submit({ provider, credentials }, context) {
      const login = read(intelliwiseCredentials, credentials.open())
      if (login === undefined || provider !== "INSTAGRAM") return rejected("client/invalid_input")
      const { code, type = null, clientId = null } = login
      const headers = { "x-session-token": sessionToken }
      const body = { data: { code, type, client_id: clientId } }
      const { postJson } = await import("../http/post-json.ts")
      const answer = await postJson({ url: url.href, headers, body, secrets: [], timeout, fetch }, context)
      if (answer.kind !== "answer") return rejected(`client/${answer.kind}`)

      const { status, at, retryAt } = answer
      const session = status === 200 ? read(intelliwiseSession, answer.body) : undefined
      if (session?.missing2fa) return rejected("client/second_factor_required", { status })
      if (session?.valid === false) return rejected("client/invalid_session", { status })
      if (session?.valid) {
        return { kind: "connected", at, accountId: String(session.id), session: new Secret(answer.body) }
      }
      const recovery = status < 300 ? "retry" : recoveryByStatus("submit", status)
      return rejected("client/invalid_response", { status, recovery, retryAt })
    },
    async solve() {
      return rejected("client/unexpected")
    },
  }
}
