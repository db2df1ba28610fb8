import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { toNodeHandler } from "srvx/node"
import { AuthIntentError } from "../auth-intent-error.ts"
import { ApiError } from "./api-error.ts"

export interface Listener {
  /** Say `http://127.0.0.1:4010`. */
  origin: string
  /** Stops listening and breaks off every connection. */
  close(): Promise<void>
}

/** What is no HTTP never becomes a request: it is refused on the bare connection. */
function refuse(socket: Duplex): void {
  const { envelope } = new ApiError(400, "errors/invalid_request", "This is not a complete and sound HTTP request.")
  const body = JSON.stringify(envelope)
  const head = ["HTTP/1.1 400 Bad Request", "Content-Type: application/json", `Content-Length: ${body.length}`]
  if (socket.writable) socket.end([...head, "Connection: close", "", body].join("\r\n"))
}

/**
 * Serves a handler over HTTP on one address. Port 0 takes any that is free.
 * @throws AuthIntentError `invalid_option` where that address is taken or cannot be had.
 */
export async function listen(
  handle: (request: Request) => Promise<Response>,
  { host, port }: { host: string; port: number },
): Promise<Listener> {
  const answer = toNodeHandler(handle) as RequestListener
  // Left to itself, Node would answer a missing Host and an odd Expect with no envelope.
  const server = createServer({ requireHostHeader: false }, answer)
    .on("checkExpectation", answer)
    .on("connect", (_request, socket) => refuse(socket))
    .on("clientError", (_error, socket) => refuse(socket))
  try {
    await once(server.listen({ host, port }), "listening")
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === "EADDRINUSE" ? "the port is in use" : code
    throw new AuthIntentError("invalid_option", `startSandbox: cannot listen on ${host}, port ${port}: ${why}`)
  }
  const address = server.address() as AddressInfo
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address
  return {
    origin: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
