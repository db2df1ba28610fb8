import { AuthIntentError } from "../auth-intent-error.ts"

const loopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Gives a base URL without its last slash.
 * @throws AuthIntentError `invalid_base_url` unless it is https (or loopback), with no user, query or fragment.
 */
export function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && loopback.test(url.hostname))
  if (!url || !secure || url.username || url.password || /[?#]/.test(url.href)) {
    throw new AuthIntentError(
      "invalid_base_url",
      "baseUrl should be an https URL, or http on loopback, with no user, query or fragment",
    )
  }
  return url.href.replace(/\/+$/, "")
}
