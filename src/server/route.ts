import type { Failure, Recovery } from "../../machines/failures.ts"
import type { TransportOutcome } from "../failures/interpret-response.ts"
import { toFailure } from "../failures/to-failure.ts"
import { readJson, readText } from "../http/read-text.ts"

/** A route of the relay, at its base path followed by `path`. */
export type Route =
  /** For pages: a POST of JSON, which the relay authorizes and whose user it identifies. */
  | { kind: "page"; path: string; handle(request: Request, userId: string): Promise<Response> }
  /** For any client: the route authorizes the request itself. */
  | { kind: "open"; path: string; method: "GET" | "POST"; handle(request: Request): Promise<Response> }

/** Builds a response in JSON, which nothing on its way may keep or read as something else. */
export const respond = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  })

interface RefusalDetails {
  /** What can be done about it, where that is not plain from the table of failures. */
  recovery?: Recovery
  /** When to try again, in ms from now. */
  retryAfter?: number
  headers?: Record<string, string>
}

/** Problem Details to throw from wherever a request cannot go on: a status from 400 to 599 and a type that is declared. */
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

  /** The failure that a page makes of it. */
  get failure(): Failure {
    const { status, type } = this
    const { recovery } = this.#details
    return toFailure({ operation: "solve", status, json: { type } }, recovery && { [type]: { status, recovery } })
  }

  /** Whether its page can do nothing more within the login. */
  get isFatal(): boolean {
    const { recovery } = this.failure
    return recovery === "restart" || recovery === "stop"
  }

  toResponse(): Response {
    const { status, type } = this
    const { recovery, retryAfter, headers } = this.#details
    // Of nine digits, which is the most that a page reads.
    const seconds =
      retryAfter === undefined ? undefined : Math.min(Math.max(1, Math.ceil(retryAfter / 1000)), 999_999_999)
    return respond(
      status,
      { type, status, ...(recovery && { recovery }) },
      { ...headers, ...(seconds !== undefined && { "retry-after": String(seconds) }) },
    )
  }
}

/** Builds the refusal of a request that may be sent again: 503, with `Retry-After` where the time is known, in ms. */
export const unavailable = (retryAfter?: number): Refusal =>
  new Refusal(503, "errors/service_unavailable", retryAfter === undefined ? {} : { retryAfter })

/** Builds the refusal of a token, a secret or a name that is not ours or has expired: 403. */
export const forbidden = (): Refusal => new Refusal(403, "errors/unknown_authentication_context")

/**
 * Turns a rejection into a refusal with a status that a browser passes on: it handles 407 and 421 by itself, and a page
 * must not see a redirect.
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

/** A mistake of the host's: something has read the body before the relay could. */
export class BodyMissing extends Error {
  /** Whether its length shows that there was one: a body that came in chunks may have been empty. */
  readonly isCertain: boolean

  constructor(isCertain = true) {
    super()
    this.isCertain = isCertain
  }
}

/** The longest body of a request, in bytes. */
const maxBytes = 16_384

/** The timeout for reading a body, in ms. */
const timeout = 10_000

/**
 * Reads a body of at most 16 KiB as the JSON that `parse` accepts.
 * @throws Refusal that repeats nothing of the body; BodyMissing
 */
export async function parseBody<Body>(request: Request, parse: (json: unknown) => Body | undefined): Promise<Body> {
  const { headers, signal } = request
  if (request.bodyUsed || request.body?.locked) throw new BodyMissing()
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeout)
  let isTooLong = false
  const onTooLong = () => {
    isTooLong = true
  }
  // A body that breaks off is no failure of ours.
  const text = await readText(request, maxBytes, { signal: late.signal, onTooLong }).catch(() => undefined)
  clearTimeout(timer)
  if (late.signal.aborted) throw new Refusal(408, "errors/request_timeout")
  // A byte order mark alone is three bytes, and no text.
  const hasLength = Number(headers.get("content-length")) > 3
  const isAnnounced = hasLength || headers.has("transfer-encoding")
  if (text === "" && isAnnounced && !(await isAborted(signal))) throw new BodyMissing(hasLength)
  if (isTooLong) throw new Refusal(413, "errors/content_too_large")
  const json = readJson(text)
  if (json === undefined) throw new Refusal(400, "errors/malformed_request")
  const body = parse(json)
  if (body === undefined) throw new Refusal(400, "errors/invalid_parameters")
  return body
}

/**
 * Whether a connection that ended before its body was broken off by its client, which is known a moment later. Otherwise
 * middleware that parses bodies has left an empty one behind.
 */
async function isAborted(signal: AbortSignal): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 0))
  return signal.aborted
}
