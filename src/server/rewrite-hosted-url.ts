import { check } from "../schemas/check.ts"
import { rewriting } from "../schemas/hosted.schema.ts"

/**
 * Gives the URL of a hosted link at a domain of the host's own, say `auth.yourapp.com`; all but the name of its host
 * stays as it is, to the letter.
 * @throws AuthIntentError `invalid_option`.
 * @see postpress, Hosted auth wizard, "Custom domain", step 3.
 */
export function rewriteHostedUrl(url: string, host: string): string {
  check(rewriting, { url, host }, "invalid_option", "rewriteHostedUrl")
  return url.replace(/^(https?:\/\/)(\[[^\]]*\]|[^/?#:]+)/i, (_, scheme) => `${scheme}${host}`)
}
