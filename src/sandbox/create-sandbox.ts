import type { Fetch } from "../http/post-json.ts"
import { check } from "../schemas/check.ts"
import { sandboxOptions } from "../schemas/sandbox.schema.ts"
import { createHandler } from "./create-handler.ts"

export interface SandboxOptions {
  /** The key that requests have to bring. Default `sandbox`. */
  apiKey?: string
  /** How long an intent lives after its first checkpoint, in ms. Default 300 000. */
  intentLifetime?: number
  /** What comes before every path. Default `/v1`. */
  basePath?: string
  /** The time in epoch ms. Default the system's. */
  now?: () => number
  /** Sends what the sandbox posts by itself: callbacks of the hosted wizard, account statuses. Default the platform's. */
  fetch?: Fetch
  /** Where to post account statuses, over https or to loopback. */
  statusUrl?: string
}

export interface Sandbox {
  /** Answers in process, for any origin, with the platform's signature. */
  fetch: typeof fetch
  /**
   * Moves the sandbox's clock forward by so many ms.
   * @throws AuthIntentError `invalid_option`.
   */
  advance(ms: number): void
}

/**
 * Creates the postpress API in process, with nothing behind it: plug its `fetch` into the transport.
 * The username chooses what happens; any password is right, and so is the code `123456`.
 * @throws AuthIntentError `invalid_option`.
 * @see docs/sandbox-assumptions.md for what it does where the API's documents are silent.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  check(sandboxOptions, options, "invalid_option", "createSandbox")
  const { handle, advance } = createHandler(options)
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      const response = await handle(request)
      request.signal.throwIfAborted()
      return response
    },
    advance,
  }
}
