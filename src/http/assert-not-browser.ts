import { AuthIntentError } from "../auth-intent-error.ts"

/** Workers of Cloudflare and of Deno have the global names of a browser, but no visitor can read their code. */
const isServer = () => /^(Cloudflare-Workers$|Deno\/)/.test(globalThis.navigator?.userAgent ?? "")

/**
 * Throws where visitors could read an API key: in a page, in a service worker, in a web worker of a page.
 * @throws AuthIntentError `api_key_in_page`.
 */
export function assertNotBrowser(more = ""): void {
  const isPage = "window" in globalThis && "document" in globalThis
  const isBrowserWorker = "WorkerGlobalScope" in globalThis && "WorkerLocation" in globalThis && !isServer()
  if (isPage || isBrowserWorker) {
    throw new AuthIntentError(
      "api_key_in_page",
      `An API key in a page can be read by every visitor: send from a server, through the relay${more}`,
    )
  }
}
