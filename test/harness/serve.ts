import { once } from "node:events"
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import type { ReadableStream as NodeStream } from "node:stream/web"
import { onTestFinished } from "vitest"
import type { Fetch } from "../../src/http/post-json.ts"
import { createDeferred } from "./deferred.ts"

/** A complete request as it arrived. */
export interface Received {
  method: string | undefined
  path: string | undefined
  headers: IncomingHttpHeaders
  body: string
  /** The port of the client, the same for all requests of one connection. */
  port: number | undefined
  /** Settles at the end of its connection: whether the client left before the complete response. */
  left: Promise<boolean>
}

/** Responds to a request. If it returns nothing, it uses the raw response, or never responds. */
export type Reply = (request: Received, raw: ServerResponse) => Promise<Response> | Response | undefined

/** Serves a listener on loopback, on any free port. */
export async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async close(): Promise<void> {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    },
  }
}

/** Wraps a fetch: `begun` resolves when its response has begun. */
export function watchFetch(fetch: Fetch) {
  const begun = createDeferred()
  const watched: Fetch = async (url, init) => {
    const response = await fetch(url, init)
    begun.resolve()
    return response
  }
  return { fetch: watched, begun: begun.promise }
}

/** Starts a server on loopback that records each request before its response; it closes with the test. */
export async function serve(reply: Reply) {
  const received: Received[] = []
  const first = createDeferred<Received>()
  // Before any `await`: after one, a concurrent test could be the current one.
  let close = async () => {}
  onTestFinished(() => close())
  const { origin: url, ...server } = await listen(async (request, raw) => {
    const left = once(raw, "close").then(() => !raw.writableFinished)
    const { method, url: path, headers } = request
    const record = { method, path, headers, body: await text(request), port: request.socket.remotePort, left }
    received.push(record)
    first.resolve(record)
    const response = await reply(record, raw)
    if (!response) return
    raw.writeHead(response.status, Object.fromEntries(response.headers))
    if (!response.body) raw.end()
    // Some tests make a client leave.
    else await pipeline(Readable.fromWeb(response.body as NodeStream), raw).catch(() => {})
  })
  close = server.close
  return { url, received, first: first.promise }
}
