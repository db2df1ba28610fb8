import { attempt } from "../attempt.ts"
import type { FetchInit } from "../http/post-json.ts"
import { describeSent, parseBody, type Sent } from "./auth-intent/sent.ts"
import { checkReply, type PersonMove, type Reply } from "./auth-intent/vocabulary.ts"
import { createResponse } from "./faulty-responses.ts"
import { fail } from "./model/fail.ts"

/** The server of a scenario, as a `fetch`: a request waits until `respond` is called. */
export interface ScriptedFetch {
  /** Receives a request, as the platform's `fetch` does. The body is JSON, as text or in a `Request`. */
  fetch(url: string | URL | Request, init?: Partial<FetchInit> | RequestInit): Promise<Response>
  /**
   * Responds to the waiting request.
   * @throws AuthIntentError `invalid_option` for an invalid reply.
   * @throws Error when no request waits.
   */
  respond(reply: Reply): void
  /** Notes a person's move: `sent` has placeholders for its values. */
  note(move: PersonMove): void
  /** Whether a request waits for its response. */
  readonly waiting: boolean
  /** The requests so far, in order: operation and body, with placeholders for the entered values. */
  readonly sent: readonly Sent[]
  /** Forgets everything, for the next scenario. */
  reset(): void
}

/**
 * Creates the server side of a scenario, for any transport with an option `fetch`. An aborted request waits no longer.
 * @example
 * const server = createScriptedFetch()
 * const transport = createPostpressTransport({ apiKey: "test", fetch: server.fetch })
 */
export function createScriptedFetch(): ScriptedFetch {
  // Only the last request: a client that sends again has left the earlier one.
  let waiting:
    | { resolve(response: Response): void; reject(error: Error): void; whole?: Request | undefined }
    | undefined
  let sent: Sent[] = []
  let done: PersonMove[] = []

  return {
    async fetch(url, init) {
      const whole = typeof url === "object" && "clone" in url && !init?.body ? url : undefined
      const body = whole ? await whole.text() : String(init?.body ?? "{}")
      const signal = init?.signal ?? whole?.signal
      sent = [...sent, describeSent(parseBody(body), done)]
      return new Promise<Response>((resolve, reject) => {
        // Keeps the Request: once it is garbage-collected, its signal is never aborted.
        const request = { resolve, reject, whole }
        waiting = request
        const leave = () => {
          if (waiting === request) waiting = undefined
          reject(new DOMException("The request was aborted", "AbortError"))
        }
        if (signal?.aborted) leave()
        else signal?.addEventListener("abort", leave)
      })
    },
    respond(reply) {
      checkReply(reply)
      if (waiting === undefined) throw new Error("There is nothing to respond to: no request has come")
      const { resolve, reject } = waiting
      if ("fault" in reply) {
        waiting = undefined
        const options = reply.fault === "nothing sent" ? { cause: { code: "ECONNREFUSED" } } : {}
        return reject(new TypeError("fetch failed", options))
      }
      const { status, headers, body } = reply
      const text = () => (typeof body === "string" ? body : JSON.stringify(body))
      const response = attempt(() => createResponse(status, text(), headers))
      // The request still waits, for a valid reply.
      if (!response) return fail("invalid_option", "what comes back should have a body of JSON, and headers")
      waiting = undefined
      resolve(response)
    },
    note(move) {
      done = [...done, move]
    },
    get waiting() {
      return waiting !== undefined
    },
    get sent() {
      return sent
    },
    reset() {
      waiting = undefined
      sent = []
      done = []
    },
  }
}
