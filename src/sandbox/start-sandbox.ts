import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { AuthIntentError } from "../auth-intent-error.ts"
import { isSecure, readUrl } from "../http/base-url.ts"
import { parse } from "../values.schema.ts"
import { ApiError } from "./api-error.ts"
import { createHandler, type Sandbox, type SandboxOptions } from "./create-sandbox.ts"
import { sandboxServerOptions } from "./sandbox.schema.ts"

/** The options of `startSandbox`. */
export interface SandboxServerOptions extends SandboxOptions {
  /** The address to listen on. @default "127.0.0.1" */
  host?: string | undefined
  /** 0 is any free port. @default 0 */
  port?: number | undefined
}

/** The API as a server on this machine. */
export interface SandboxServer extends Pick<Sandbox, "advance"> {
  /** Its base URL, for example `http://127.0.0.1:4010/v1`. */
  url: string
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

/**
 * Starts the sandbox of `createSandbox` as an HTTP server. `POST /sandbox/advance` moves its clock: `{ "ms": 1000 }`.
 * The server responds only to requests whose `Host` is loopback.
 * @throws AuthIntentError `invalid_option`, also for a port in use.
 * @example
 * const sandbox = await startSandbox({ port: 4010 })
 * const transport = createPostpressTransport({ apiKey: "sandbox", baseUrl: sandbox.url })
 */
export async function startSandbox(options: SandboxServerOptions = {}): Promise<SandboxServer> {
  parse(sandboxServerOptions, options, "invalid_option", "startSandbox")
  const { basePath = "/v1", host = "127.0.0.1", port = 0 } = options
  const { handle, advance, close } = createHandler(options)
  // In process, Node's server is not needed and may not be there.
  const [{ createServer }, { toNodeHandler }] = await Promise.all([import("node:http"), import("srvx/node")])

  const serve = toNodeHandler(handle) as (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>
  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!isLoopback(incoming.headers.host)) return refuse(incoming.socket, misdirected())
    // `serve` rejects only with a ConnectionLost.
    await serve(incoming, outgoing).catch(() => incoming.socket.destroy())
  }

  // Without these, Node refuses a missing Host and an unknown Expect by itself, with no Problem Details.
  const server = createServer({ requireHostHeader: false }, respond)
    .on("checkExpectation", respond)
    .on("connect", (_request, socket) => {
      // The server no longer has this socket: a reset would end the process, and `close` would miss the socket.
      socket.on("error", () => {}).on("finish", () => socket.destroy())
      refuse(socket, malformed())
    })
    .on("clientError", (_error, socket) => refuse(socket, malformed()))
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      const why = code === "EADDRINUSE" ? "the port is in use" : code
      reject(new AuthIntentError("invalid_option", `startSandbox: cannot listen on ${host}, port ${port}: ${why}`))
    })
    server.listen({ host, port }, resolve)
  })
  const { family, address, port: actualPort } = server.address() as AddressInfo
  const bound = family === "IPv6" ? `[${address}]` : address
  const name = loopbackOf[bound] ?? bound
  if (!isLoopback(name)) {
    close()
    server.close()
    throw new AuthIntentError("invalid_option", "startSandbox: host should be loopback, or 0.0.0.0 or ::")
  }
  return {
    url: `http://${name}:${actualPort}${basePath}`,
    advance,
    close() {
      close()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** The loopback address for each wildcard address. A request to a wildcard address would be refused. */
const loopbackOf: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "[::]": "[::1]" }

/** Whether a `Host` names this machine. After DNS rebinding, a page sends its own name. */
function isLoopback(host = ""): boolean {
  const url = /[/\\?#@]/.test(host) ? undefined : readUrl(`http://${host}`)
  return url !== undefined && isSecure(url)
}

const misdirected = () => new ApiError(421, "errors/misdirected_request", "The Host of this request is not loopback.")
const malformed = () => new ApiError(400, "errors/invalid_request", "This is no complete and valid HTTP request.")

/** Refuses on the bare connection: invalid HTTP, or another Host, never becomes a request. */
function refuse(socket: Duplex, { status, problem }: ApiError): void {
  const body = JSON.stringify(problem)
  const head = [`HTTP/1.1 ${status} Refused`, "Content-Type: application/json", `Content-Length: ${body.length}`]
  if (socket.writable) socket.end([...head, "Connection: close", "", body].join("\r\n"))
}
