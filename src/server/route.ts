import { readJson, readText } from "../http/read-text.ts"
import { read, type Schema } from "../values.schema.ts"
import type { createDeliveries } from "./deliveries.ts"
import type { Report } from "./host.ts"
import type { KeyRing } from "./keys.ts"
import type { RelayLimits } from "./limits.ts"
import { Refusal } from "./refusal.ts"
import type { Store } from "./store.ts"

/** A route of the relay, at `basePath` followed by `path`. */
export type Route =
  /** For pages: a POST of JSON. The relay authorizes the request and identifies the user. */
  | { kind: "page"; path: string; handle(request: Request, userId: string): Promise<Response> }
  /** For any client: the route authorizes the request itself. */
  | { kind: "open"; path: string; method: "GET" | "POST"; handle(request: Request): Promise<Response> }

/** What the routes of a relay share. */
export interface RelayParts {
  keys: KeyRing
  store: Store
  limits: RelayLimits
  deliveries: ReturnType<typeof createDeliveries>
  report: Report
  now: () => number
}

/** A mistake of the host: the body was read before the relay could read it. */
export class BodyMissing extends Error {
  /** Whether `content-length` proves that there was a body: a chunked body may have been empty. */
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
 * Reads a body of at most 16 KiB as JSON of a schema.
 * @throws Refusal that repeats nothing of the body; BodyMissing
 */
export async function parseBody<Body>(request: Request, schema: Schema<Body>): Promise<Body> {
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
  // A byte order mark alone has three bytes and decodes to no text.
  const hasLength = Number(headers.get("content-length")) > 3
  const isAnnounced = hasLength || headers.has("transfer-encoding")
  if (text === "" && isAnnounced && !(await isAborted(signal))) throw new BodyMissing(hasLength)
  if (isTooLong) throw new Refusal(413, "errors/content_too_large")
  const json = readJson(text)
  if (json === undefined) throw new Refusal(400, "errors/malformed_request")
  const body = read(schema, json)
  if (body === undefined) throw new Refusal(400, "errors/invalid_parameters")
  return body
}

/**
 * Whether the client broke off the connection before the end of the body: the signal shows that a moment later.
 * Otherwise middleware has parsed the body and left an empty one.
 */
async function isAborted(signal: AbortSignal): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 0))
  return signal.aborted
}
