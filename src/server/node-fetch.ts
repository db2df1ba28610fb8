import { AuthIntentError } from "../auth-intent-error.ts"
import type { Fetch, FetchInit } from "../http/post-json.ts"

/** What is used of undici, 7 or 8. */
export interface Undici<Dispatcher> {
  Agent: new () => Dispatcher
  ProxyAgent: new (url: string) => Dispatcher
  request(
    url: string,
    options: Omit<FetchInit, "redirect" | "method"> & { method: "POST"; dispatcher: Dispatcher },
  ): Promise<{
    statusCode: number
    headers: Record<string, string | string[] | undefined>
    body: AsyncIterable<Uint8Array> & { text(): Promise<string> }
  }>
}

/** The options of `createNodeFetch`. */
export interface NodeFetchOptions<Dispatcher> {
  /** The module itself: `import * as undici from "undici"`. */
  undici: Undici<Dispatcher>
  /** The URL of a proxy, to which every request goes. @default none */
  proxy?: string | undefined
}

/**
 * Builds a `fetch` for back ends on undici's `request`, which costs about a quarter of the platform's: it keeps connections
 * alive and follows no redirect. Build it once for a process.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const fetch = createNodeFetch({ undici, proxy: process.env.HTTPS_PROXY })
 * const transport = createPostpressTransport({ apiKey, fetch })
 */
export function createNodeFetch<Dispatcher>({ undici, proxy }: NodeFetchOptions<Dispatcher>): Fetch {
  if (typeof undici?.request !== "function" || (proxy !== undefined && !/^https?:\/\/[^/]/.test(proxy))) {
    throw new AuthIntentError("invalid_option", "createNodeFetch: it accepts the module undici, and the URL of a proxy")
  }
  const dispatcher = proxy === undefined ? new undici.Agent() : new undici.ProxyAgent(proxy)
  return async (url, { headers, body, signal }) => {
    const response = await undici.request(url, { method: "POST", headers, body, signal, dispatcher })
    const get = (name: string) => response.headers[name]?.toString() ?? null
    return {
      status: response.statusCode,
      headers: { get },
      body: response.body,
      text: () => response.body.text(),
    }
  }
}
