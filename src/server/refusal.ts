import type { Failure, Recovery } from "../../machines/failures.ts"
import type { TransportOutcome } from "../failures/interpret-response.ts"
import { toFailure } from "../failures/to-failure.ts"

/** Builds a JSON response that no cache may keep and no browser may read as another type. */
export const respond = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  Response.json(body, {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  })

interface RefusalDetails {
  /** The recovery, where the table of failures has another or none. */
  recovery?: Recovery
  /** When to try again, in ms from now. */
  retryAfter?: number | undefined
  headers?: Record<string, string>
}

/** Problem Details to throw where a request cannot go on: a status from 400 to 599 and a declared type. */
export class Refusal extends Error {
  readonly status: number
  readonly type: string
  readonly #details: RefusalDetails

  constructor(status: number, type: string, details: RefusalDetails = {}) {
    super(type)
    this.status = status
    this.type = type
    this.#details = details
  }

  /** The failure that a page derives from this refusal. */
  get failure(): Failure {
    const { status, type } = this
    const { recovery } = this.#details
    return toFailure({ operation: "solve", status, json: { type } }, recovery && { [type]: { status, recovery } })
  }

  /** Whether the page can do nothing more within the login. */
  get isFatal(): boolean {
    const { recovery } = this.failure
    return recovery === "restart" || recovery === "stop"
  }

  toResponse(): Response {
    const { status, type } = this
    const { recovery, retryAfter, headers } = this.#details
    const body = { type, status, ...(recovery && { recovery }) }
    if (retryAfter === undefined) return respond(status, body, headers)
    // A page reads at most nine digits.
    const seconds = Math.min(Math.max(1, Math.ceil(retryAfter / 1000)), 999_999_999)
    return respond(status, body, { ...headers, "retry-after": String(seconds) })
  }
}

/** Builds a 503 for a request that may be sent again, with `Retry-After` where the time (ms) is known. */
export const unavailable = (retryAfter?: number): Refusal =>
  new Refusal(503, "errors/service_unavailable", { retryAfter })

/** Builds a 403 for a token, a secret or a name that is not ours or has expired. */
export const forbidden = (): Refusal => new Refusal(403, "errors/unknown_authentication_context")

/**
 * Turns a rejection into a refusal with a status that reaches the page: a browser handles 407 and 421 by itself, and a
 * page must not see a redirect.
 */
export function toRefusal({ failure, sent }: TransportOutcome & { kind: "rejected" }, time: number): Refusal {
  const { type, status, recovery, retryAt } = failure
  const details = { recovery, ...(retryAt !== undefined && { retryAfter: retryAt - time }) }
  const mended = { ...details, recovery: "retry" as const }
  // Nothing has reached the provider.
  if (sent === false || status === 407 || status === 421) return new Refusal(503, "errors/service_unavailable", mended)
  if (type === "client/timeout") return new Refusal(504, "errors/request_timeout", mended)
  if (status < 400 || status > 599) return new Refusal(502, "errors/proxy_error", mended)
  return new Refusal(status, type, details)
}
