import { maxLinkLifetime } from "../../machines/clock.ts"
import { type HostedProvider, hostedProviders } from "../../machines/providers.ts"
import { ApiError } from "./api-error.ts"
import { parseFields } from "./parse-request.ts"
import { linkRequest } from "./sandbox.schema.ts"
import { rememberNewest, type SandboxState } from "./state.ts"

/** The path of the hosted pages, under the base path; a link's token follows. */
export const hostedPath = "/hosted/auth/"

/** The names of the providers for people. */
export const providerNames: Readonly<Record<HostedProvider, string>> = {
  LINKEDIN: "LinkedIn",
  WHATSAPP: "WhatsApp",
  INSTAGRAM: "Instagram",
  TELEGRAM: "Telegram",
  GOOGLE: "Google",
  MICROSOFT: "Microsoft",
  IMAP: "IMAP",
}

/** Returns 32 random bytes as the API writes them: escaped base64. */
const randomToken = () => encodeURIComponent(btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))))

/** `POST /hosted/accounts/link`: creates a link to the wizard. @see postpress, Hosted auth wizard, steps 1 and 2. */
export function createLink(body: object, { links, now }: SandboxState, baseUrl: string): Response {
  const fields = parseFields(linkRequest, body)
  const { type, reconnect_account } = fields
  const expiresAt = Math.min(Date.parse(fields.expiresOn), now() + maxLinkLifetime)
  if (expiresAt <= now()) {
    throw new ApiError(400, "errors/invalid_parameters", "These parameters are in the past: expiresOn.")
  }
  if (type === "reconnect" && reconnect_account === undefined) {
    throw new ApiError(400, "errors/missing_parameters", "These parameters are missing: reconnect_account.")
  }
  if (type === "create" && reconnect_account !== undefined) {
    throw new ApiError(400, "errors/invalid_request", "Only a reconnect accepts reconnect_account.")
  }

  const wanted: readonly HostedProvider[] = fields.providers === "*" ? hostedProviders : [fields.providers].flat()
  const providers = hostedProviders.filter((provider) => wanted.includes(provider))
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
  })
  return Response.json({ object: "HostedAuthURL", url: baseUrl + hostedPath + token }, { status: 201 })
}
