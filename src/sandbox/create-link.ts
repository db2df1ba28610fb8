import type { HostedProvider } from "../../machines/hosted-auth.types.ts"
import { linkRequest } from "../schemas/sandbox.schema.ts"
import { ApiError } from "./api-error.ts"
import type { Reply } from "./describe-intent.ts"
import { hostedPath } from "./hosted-path.ts"
import { providerNames } from "./provider-names.ts"
import { readFields } from "./read-fields.ts"
import { rememberNewest } from "./remember-newest.ts"
import type { SandboxState } from "./sandbox-state.ts"

/** Ms: links die with the daily restart. */
const day = 86_400_000

/** 32 random bytes as the API writes them: escaped base64, to be kept to the letter. */
const randomToken = () => encodeURIComponent(btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))))

/** `POST /hosted/accounts/link`: creates a link to the wizard. @see postpress, Hosted auth wizard, steps 1 and 2. */
export function createLink(body: object, { links, now }: SandboxState, baseUrl: string): Reply {
  const fields = readFields(linkRequest, body)
  const { type, reconnect_account } = fields
  const expiresAt = Math.min(Date.parse(fields.expiresOn), now() + day)
  if (expiresAt <= now()) {
    throw new ApiError(400, "errors/invalid_parameters", "These parameters are in the past: expiresOn.")
  }
  if (type === "reconnect" && reconnect_account === undefined) {
    throw new ApiError(400, "errors/missing_parameters", "These parameters are missing: reconnect_account.")
  }
  if (type === "create" && reconnect_account !== undefined) {
    throw new ApiError(400, "errors/invalid_request", "Only a reconnect takes reconnect_account.")
  }

  const all = Object.keys(providerNames) as HostedProvider[]
  const providers = all.filter((provider) => fields.providers === "*" || [fields.providers].flat().includes(provider))
  const token = randomToken()
  rememberNewest(links, token, {
    providers,
    expiresAt,
    reconnectAccount: reconnect_account,
    notifyUrl: fields.notify_url,
    name: fields.name,
    redirects: { connected: fields.success_redirect_url, failed: fields.failure_redirect_url },
    step: 0,
    provider: providers.length === 1 ? providers[0] : undefined,
    intent: undefined,
    problem: undefined,
    ended: undefined,
  })
  return { status: 201, body: { object: "HostedAuthURL", url: baseUrl + hostedPath + token } }
}
