import { attempt } from "../attempt.ts"
import { AuthIntentError } from "../auth-intent-error.ts"

const loopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Parses a text as a URL, or returns `undefined`. React Native's `URL` has no `canParse`. */
export const readUrl = (text: string): URL | undefined => attempt(() => new URL(text))

/** Whether a URL is https, or http on loopback, and has no user. */
export const isSecure = ({ protocol, hostname, username, password }: URL): boolean =>
  (protocol === "https:" || (protocol === "http:" && loopback.test(hostname))) && !username && !password

/**
 * Returns a base URL without its last slash. In the error's message, `alternative` names what is accepted as well.
 * @throws AuthIntentError `invalid_base_url` unless it is https (http on loopback), with no user, query or fragment.
 */
export function parseBaseUrl(text: string, alternative = ""): string {
  const url = readUrl(text)
  if (!url || !isSecure(url) || /[?#]/.test(url.href)) {
    throw new AuthIntentError(
      "invalid_base_url",
      `baseUrl should be ${alternative}https, or http on loopback, with no user, query or fragment`,
    )
  }
  return url.href.replace(/\/+$/, "")
}
