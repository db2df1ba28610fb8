import { attempt } from "../attempt.ts"
import { parse } from "../values.schema.ts"
import { postJsonOptions } from "./post-json.schema.ts"
import { readJson, readText } from "./read-text.ts"

/** The second argument of every `fetch` that this library calls. */
export interface FetchInit {
  method: string
  headers: Record<string, string>
  body: string
  redirect: "manual"
  signal: AbortSignal
}

/** The members that are read of a `fetch` response, besides a body that is a stream. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/** Any function with `fetch`'s signature: the platform's, undici's, node-fetch, cross-fetch, a Hono app's `request`. */
export type Fetch = (url: string, init: FetchInit) => FetchResponse | Promise<FetchResponse>

/** What a request needs from the intent that sends it. */
export interface SendContext {
  /** Aborted when the response is no longer wanted. */
  signal?: AbortSignal
  /** Returns the time in epoch ms, by the clock of the intent. */
  now(): number
}

/** An HTTP response whose body was read. */
export interface HttpResponse {
  kind: "response"
  status: number
  /** The body as parsed JSON, or `undefined` if it is not JSON. */
  json: unknown
  /** The body as it came, or `undefined` where it is no text of at most 1 MiB. */
  text: string | undefined
  /** When to try again, in epoch ms, where there is a `Retry-After`. */
  retryAt?: number
}

/** No response came. `sent: false`: it is known that nothing left this machine. */
export interface NoResponse {
  kind: "network" | "timeout"
  sent?: false
  text?: undefined
}

/** Sends one request, as `createPostJson` builds it. */
export type PostJson = (url: string, body: object, context: SendContext) => Promise<HttpResponse | NoResponse>

/** The options of `createPostJson`. */
export interface PostJsonOptions {
  /** Sent with each request. @default {} */
  headers?: Record<string, string> | undefined
  /** In ms, over sending and reading together. @default 30000 */
  timeout?: number | undefined
  /** @default the platform's */
  fetch?: Fetch | undefined
}

/** The longest response that is read, in bytes. */
const maxBytes = 1024 * 1024

/**
 * Builds a function that posts JSON, for people who write transports. The function sends once, follows no redirect and
 * reads at most 1 MiB. A failure of a server or a network is no rejection, so that no error can carry the request.
 * @param subject - Begins the message of an error. @default "createPostJson"
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const postJson = createPostJson({ headers: { "x-api-key": apiKey } })
 * const response = await postJson("https://api.acme.example/sessions", { pin }, context)
 * if (response.kind !== "response") return toLost(response)
 */
export function createPostJson(options: PostJsonOptions, subject = "createPostJson"): PostJson {
  parse(postJsonOptions, options, "invalid_option", subject)
  const { headers, timeout = 30_000, fetch } = options
  const own: Record<string, string> = { "content-type": "application/json", accept: "application/json" }
  // Two names that differ in case would be sent as one header with both values.
  for (const name in headers) delete own[name.toLowerCase()]
  const call = fetch ?? ((url, init) => globalThis.fetch(url, init))

  async function send(url: string, body: object, signal: AbortSignal, now: () => number): Promise<HttpResponse> {
    const response = await call(url, {
      method: "POST",
      // Some implementations do not accept the platform's `Headers`, so each call gets a plain object.
      headers: { ...own, ...headers },
      body: JSON.stringify(body),
      redirect: "manual",
      signal,
    })
    // Some implementations of fetch do not end a body at the signal.
    const text = await readText(response, maxBytes, { signal })
    const retryAt = readRetryAfter(response.headers.get("retry-after") ?? "", now())
    // A stub of fetch may have a status that is a text, or none.
    const status = Number(response.status)
    return { kind: "response", status, json: readJson(text), text, ...(retryAt !== undefined && { retryAt }) }
  }

  return (url, body, { signal: outer, now }) =>
    new Promise((resolve) => {
      if (outer?.aborted) return resolve({ kind: "network", sent: false })
      // Some implementations of fetch do not reject on abort, so nothing waits for that.
      const abandon = () => settle({ kind: "network" })
      outer?.addEventListener("abort", abandon)
      const controller = new AbortController()
      const wasOffline = isOffline()
      const settle = (result: HttpResponse | NoResponse) => {
        clearTimeout(timer)
        outer?.removeEventListener("abort", abandon)
        resolve(result)
        // A body that is not read to its end keeps its connection open.
        if (result.text === undefined) controller.abort()
      }
      const timer = setTimeout(() => settle({ kind: "timeout" }), timeout)
      send(url, body, controller.signal, now).then(settle, (error) => {
        const unsent = isUnsent(error) || (wasOffline && isOffline())
        settle({ kind: "network", ...(unsent && { sent: false }) })
      })
    })
}

const isOffline = () => globalThis.navigator?.onLine === false

/** The codes of errors without a connection, in Node, undici, node-fetch and Bun. */
const unsentCodes = [
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
]

/** Whether an error of a fetch means that nothing was sent. A host name with several addresses has several errors. */
const isUnsent = (error: unknown): boolean =>
  // An error may have no cause, a getter that throws, or itself as its cause.
  attempt(() => {
    const { code, syscall, cause, errors } = error as Partial<Record<"code" | "syscall" | "cause" | "errors", unknown>>
    if (Array.isArray(errors) && errors.length > 0) return errors.every(isUnsent)
    // A host can also become unreachable while the response is awaited.
    const wasConnected = syscall === "read" || syscall === "write"
    return (unsentCodes.includes(code as string) && !wasConnected) || isUnsent(cause)
  }) === true

/** Returns the time of a `Retry-After` (seconds or an HTTP date), or `undefined` if the time has passed. */
function readRetryAfter(header: string, now: number): number | undefined {
  const isDate = / GMT *$/.test(header)
  const time = isDate ? Date.parse(header) : /^\d{1,9} *$/.test(header) ? now + Number(header) * 1000 : now
  return time > now ? time : undefined
}
