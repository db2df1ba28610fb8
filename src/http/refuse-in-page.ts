import { AuthIntentError } from "../auth-intent-error.ts"

/** @throws AuthIntentError `api_key_in_page` where every visitor could read the key. */
export function refuseInPage(): void {
  if ("window" in globalThis && "document" in globalThis) {
    throw new AuthIntentError(
      "api_key_in_page",
      "A page shows its API key to every visitor: send from a server instead",
    )
  }
}
