import { check } from "../schemas/check.ts"
import { sandboxServerOptions } from "../schemas/sandbox.schema.ts"
import { createHandler } from "./create-handler.ts"
import type { SandboxOptions } from "./create-sandbox.ts"

export interface SandboxServerOptions extends SandboxOptions {
  /** The address to listen on, and no other. Default `127.0.0.1`. */
  host?: string
  /** Default 0, which takes any that is free. */
  port?: number
}

export interface SandboxServer {
  /** Where it answers, base path included: say `http://127.0.0.1:4010/v1`. */
  url: string
  /**
   * Moves the sandbox's clock forward by so many ms.
   * @throws AuthIntentError `invalid_option`.
   */
  advance(ms: number): void
  /** Stops listening and breaks off every connection. */
  close(): Promise<void>
}

/**
 * Starts the sandbox of `createSandbox` as an HTTP server; `POST /sandbox/advance` with `{ "ms": 1000 }` moves its clock.
 * @throws AuthIntentError `invalid_option`, a port in use included.
 */
export async function startSandbox(options: SandboxServerOptions = {}): Promise<SandboxServer> {
  check(sandboxServerOptions, options, "invalid_option", "startSandbox")
  const { basePath = "/v1", host = "127.0.0.1", port = 0 } = options
  const { handle, advance, close } = createHandler(options)
  // Whoever stays in process has no use for Node's server.
  const { listen } = await import("./listen.ts")
  const listener = await listen(handle, { host, port })
  return {
    url: `${listener.origin}${basePath}`,
    advance,
    close() {
      close()
      return listener.close()
    },
  }
}
