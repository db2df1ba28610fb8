import { read } from "../schemas/check.ts"
import { linkBody } from "../schemas/hosted.schema.ts"
import { isAllowedOrigin } from "./admit.ts"
import { answerJson } from "./answer-json.ts"
import { refuseFailure } from "./answer-outcome.ts"
import { createHostedAuth, type HostedAuthOptions } from "./create-hosted-auth.ts"
import type { Route } from "./create-logins.ts"
import { HostedAuthError } from "./hosted-auth-error.ts"
import { readJson } from "./read-json.ts"
import { Refusal } from "./refusal.ts"

/** How long a link lives, in ms. */
const lifetime = 3_600_000

/**
 * A link to the hosted wizard, made for the page of whoever is signed in: the page chooses the providers and where on
 * its own origins to come back to, the relay all else.
 */
export function createLinkRoute({ origins, ...options }: HostedAuthOptions & { origins: readonly string[] }): Route {
  const hosted = createHostedAuth(options)
  return async (request, userId) => {
    const chosen = await readJson(request, (json) => read(linkBody, json))
    const back = [chosen.success_redirect_url, chosen.failure_redirect_url]
    if (back.some((url) => url !== undefined && !isAllowedOrigin(new URL(url).origin, request, origins))) {
      throw new Refusal(400, "errors/invalid_parameters", "A redirect leads to an origin that is not allowed")
    }
    try {
      const expiresOn = new Date(Date.now() + lifetime).toISOString()
      return answerJson(201, await hosted.createLink({ ...chosen, userId, expiresOn }))
    } catch (error) {
      throw error instanceof HostedAuthError ? refuseFailure(error.failure) : error
    }
  }
}
