import type { Fetch, FetchInit } from "../http/post-json.ts"
import { parse } from "../values.schema.ts"
import { nodeFetchOptions } from "./server.schema.ts"

/** The part of undici 7 or 8 that is used. */
export interface Undici<Dispatcher> {
  Agent: new (options: { allowH2: false }) => Dispatcher
  ProxyAgent: new (options: { uri: string; allowH2: false; requestTls: { allowH2: false } }) => Dispatcher
  request(
    url: string,
    options: Omit<FetchInit, "redirect" | "method"> & { method: "POST"; dispatcher: NoInfer<Dispatcher> },
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
 * Builds a `fetch` for back ends on undici's `request`. A request costs about a quarter of the platform's `fetch`.
 * Connections are kept alive, and redirects are not followed. Build it once for a process.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const fetch = createNodeFetch({ undici, proxy: process.env.HTTPS_PROXY })
 * const transport = createPostpressTransport({ apiKey, fetch })
 */
export function createNodeFetch<Dispatcher>(options: NodeFetchOptions<Dispatcher>): Fetch {
  parse(nodeFetchOptions, options, "invalid_option", "createNodeFetch")
  const { undici, proxy } = options
  // undici 8 uses HTTP/2 by default. Over HTTP/2 undici repeats requests, and an aborted request may end the process.
  const allowH2 = false
  const dispatcher =
    proxy === undefined
      ? new undici.Agent({ allowH2 })
      : new undici.ProxyAgent({ uri: proxy, allowH2, requestTls: { allowH2 } })
  return async (url, { headers: given, body, signal }) => {
    // undici's `request` does not decompress.
    const headers = { ...given, "accept-encoding": "identity" }
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
