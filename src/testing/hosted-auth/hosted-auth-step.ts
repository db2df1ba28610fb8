import type { HostedAuthContext } from "../../../machines/hosted-auth.types.ts"
import type { HostedAuthStep } from "./hosted-auth-vocabulary.ts"

/** What a page shows; each part is named, so that one that is missing is compared too. */
export function hostedAuthStep(context: HostedAuthContext): HostedAuthStep {
  const { url, expiresAt, returned, accountId, failure } = context
  return { url, expiresAt, returned, accountId, failure }
}
