import { clientFailure } from "../../machines/failures.ts"
import { toFailure } from "../failures/to-failure.ts"
import { assertNotBrowser } from "../http/assert-not-browser.ts"
import { parseBaseUrl } from "../http/base-url.ts"
import { createPostJson, type Fetch } from "../http/post-json.ts"
import { Secret } from "../secret.ts"
import { parse, read } from "../values.schema.ts"
import { type AuthTransport, toLost, unsent } from "./auth-transport.ts"
import { intelliwiseCredentials, intelliwiseOptions, intelliwiseSession } from "./intelliwise.schema.ts"

/** The options of `createIntelliwiseTransport`. */
export interface IntelliwiseOptions {
  /** Where the API is, for example `https://acme.iw-erp.de`. */
  baseUrl: string
  /** Sent as `x-session-token`. */
  sessionToken: string
  /** Sent as `iw-build-id`. */
  buildId?: string | undefined
  /** Sent as `iw-package-id`. */
  packageId?: string | undefined
  /** Any function with the signature of `fetch`. @default the platform's */
  fetch?: Fetch | undefined
}

/** The credentials of intelliwise: the code that Instagram gave. */
export interface IntelliwiseCredentials {
  code: string
  type?: string | null
  clientId?: string | null
}

/**
 * Builds the transport to the intelliwise API, which accepts one Instagram code and responds with a session. The API
 * has no checkpoints. The session is a `Secret` of the whole response.
 * @throws AuthIntentError `invalid_option`, `invalid_base_url`, or `api_key_in_page`.
 * @example
 * const transport = createIntelliwiseTransport({ baseUrl: "https://acme.iw-erp.de", sessionToken })
 * @see intelliwise, "Do log in with instagram code".
 */
export function createIntelliwiseTransport(options: IntelliwiseOptions): AuthTransport<IntelliwiseCredentials> {
  parse(intelliwiseOptions, options, "invalid_option", "createIntelliwiseTransport")
  const { sessionToken, buildId, packageId } = options
  const url = new URL(`${parseBaseUrl(options.baseUrl)}/api/opendata/instagram/login`)
  if (buildId !== undefined) url.searchParams.set("iw-build-id", buildId)
  if (packageId !== undefined) url.searchParams.set("iw-package-id", packageId)
  assertNotBrowser()
  const postJson = createPostJson({ headers: { "x-session-token": sessionToken }, fetch: options.fetch })

  return {
    providers: ["INSTAGRAM"],
    async submit({ credentials }, context) {
      const login = read(intelliwiseCredentials, credentials.open())
      if (!login?.code.trim()) return unsent("client/invalid_input")
      const { type = null, clientId = null } = login
      const data = { code: login.code.trim(), type, client_id: clientId }
      const response = await postJson(url.href, { data }, context)
      if (response.kind !== "response") return toLost(response)

      const { status, json } = response
      const session = status === 200 ? read(intelliwiseSession, json) : undefined
      if (session?.missing2fa) {
        return { kind: "rejected", failure: clientFailure("client/second_factor_required", { status }) }
      }
      if (session?.valid === true && Number.isSafeInteger(session.id)) {
        return { kind: "connected", accountId: String(session.id), session: new Secret(json) }
      }
      if (session?.valid === false) {
        return { kind: "rejected", failure: clientFailure("client/invalid_session", { status }) }
      }
      // The documents name no error of this API, so only the status counts.
      return { kind: "rejected", failure: toFailure({ operation: "submit", ...response, json: undefined }) }
    },
  }
}
