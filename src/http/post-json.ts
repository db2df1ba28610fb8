import { createFetch } from "ofetch"
import type { TransportContext } from "../transports/auth-transport.ts"
import type { HttpAnswer } from "./http-answer.ts"
import { mask } from "./mask.ts"
import { readCapped } from "./read-capped.ts"

/** What every `fetch` is given here. */
export interface FetchInit {
  method: string
  headers: Record<string, string>
  body: string
  redirect: "manual"
  signal: AbortSignal
}

/** What is read of a `fetch`'s response, besides its body where that is a stream. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/** Anything that is called as `fetch` is: the platform's, undici's, node-fetch, cross-fetch, a Hono app's `request`. */
export type Fetch = (url: string, init: FetchInit) => FetchResponse | Promise<FetchResponse>

export interface JsonRequest {
  url: string
  headers: Record<string, string>
  body: unknown
  /** What the answer must not repeat to a person. */
  secrets: readonly string[]
  /** Ms for sending and reading together. */
  timeout: number
  /** Default the platform's. */
  fetch?: Fetch
}

/** What came of a request: an answer, or none. */
export type JsonAnswer = ({ kind: "answer" } & HttpAnswer) | { kind: "timeout" | "network"; at: number }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `Retry-After` as epoch ms: it comes in seconds or as an HTTP date. */
function retryAt(header: string | null, at: number): number | undefined {
  const inSeconds = /^\d{1,9}$/.test(header ?? "")
  const time = inSeconds ? at + Number(header) * 1000 : Date.parse(header?.match(/^.+ GMT$/)?.[0] ?? "")
  return time > 0 ? time : undefined
}

/** Posts once, follows nothing and throws nothing, so that no error can carry the request. */
export async function postJson(request: JsonRequest, context: TransportContext): Promise<JsonAnswer> {
  const { signal, now, expiresAt = Number.POSITIVE_INFINITY } = context
  if (now() >= expiresAt) return { kind: "timeout", at: now() }
  const controller = new AbortController()
  let timedOut = false
  const abort = () => controller.abort()
  const timer = setTimeout(() => {
    timedOut = true
    abort()
  }, request.timeout)
  signal.addEventListener("abort", abort)
  try {
    signal.throwIfAborted()
    return await Promise.race([send(request, controller.signal, now), aborted(controller.signal)])
  } catch {
    return { kind: timedOut ? "timeout" : "network", at: now() }
  } finally {
    clearTimeout(timer)
    abort() // lets go of a body that was too long to read
    signal.removeEventListener("abort", abort)
  }
}

/** Rejects on abort, for implementations of fetch that do not. */
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")))
  })

/** Not every implementation takes the platform's `Headers`. */
const plain = (init: RequestInit) => ({ ...init, headers: Object.fromEntries(new Headers(init.headers)) }) as FetchInit

async function send(request: JsonRequest, signal: AbortSignal, now: () => number): Promise<JsonAnswer> {
  const { fetch: given } = request
  const $fetch = createFetch(
    given ? { fetch: ((url: string, init: RequestInit) => given(url, plain(init))) as typeof fetch } : {},
  )
  const response = await $fetch.raw(request.url, {
    method: "POST",
    headers: request.headers,
    body: request.body as Record<string, unknown>,
    redirect: "manual",
    retry: false,
    ignoreResponseError: true,
    responseType: "stream",
    signal,
  })
  const text = await readCapped(response)
  const at = now()
  return {
    kind: "answer",
    status: response.status,
    body: text === undefined ? undefined : parse(text),
    at,
    retryAt: retryAt(response.headers.get("retry-after"), at),
    mask: (text) => mask(text, request.secrets),
  }
}
