import { vi } from "vitest"
import type { Canaries } from "./canaries.ts"

/** A request as the server sees it. */
export class Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: string
  readonly signal: AbortSignal | null | undefined

  constructor(url: string, { headers, body, signal }: RequestInit) {
    this.url = url
    this.headers = new Headers(headers)
    this.body = String(body)
    this.signal = signal
  }

  /** Every value of the request in one line: the key, the password, the code. */
  get values(): string {
    const values: unknown[] = [...this.headers.values()]
    JSON.parse(this.body, (_, value) => values.push(value) && value)
    return values.filter((value) => typeof value === "string").join(" ")
  }
}

/** What the server makes of a request. */
export type Answer = (sent: Sent) => Response | Promise<Response>

const respond = (status: number, body: unknown, headers?: Record<string, string>) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers })

/** The request again, wherever a header could hold it. */
const headers = ({ values }: Sent) => ({
  "set-cookie": `echo=${encodeURIComponent(values)}`,
  "www-authenticate": `Echo ${encodeURIComponent(values)}`,
  "x-request-id": encodeURIComponent(values),
})

export const connected: Answer = (sent) =>
  respond(201, { object: "AccountCreated", account_id: "acc_1", echo: sent.values, [sent.values]: 1 }, headers(sent))

/** A checkpoint that repeats the request in a part of its own. */
export const checkpoint =
  (type: string, part: (sent: Sent) => object = ({ values }) => ({ echo: values })): Answer =>
  (sent) =>
    respond(
      202,
      { object: "Checkpoint", account_id: "acc_1", echo: sent.values, checkpoint: { type, ...part(sent) } },
      headers(sent),
    )

/** An error that repeats the request in every text it has. */
export const refusal =
  (status: number, type: string, echo = ({ values }: Sent) => values): Answer =>
  (sent) => {
    const text = `You sent ${echo(sent)}.`
    const more = { errors: [{ [text]: text, type: text, input: { account_id: text } }] }
    return respond(status, { title: text, detail: text, instance: text, type, status, ...more }, headers(sent))
  }

/** A session as intelliwise gives it. */
export const session =
  ({ sessionId, sessionToken }: Canaries, more: object = {}): Answer =>
  ({ body }) =>
    respond(200, { id: 42, sessionid: sessionId, valid: true, missing2fa: false, echo: [sessionToken, body], ...more })

/** Waits until the request is given up. */
export const never: Answer = ({ signal, values }) =>
  new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(new Error(`gave up ${values}`)))
  })

/** Lets the transport's timeout go by; the timers have to be vitest's. */
const outlast =
  (answer: Answer): Answer =>
  (sent) => {
    queueMicrotask(() => vi.advanceTimersByTime(30_000))
    return answer(sent)
  }

/** What an HTTP library throws: the request hangs on it, in its message and in its cause. */
const broken = (sent: Sent) =>
  Object.assign(new TypeError(`fetch failed: ${sent.values}`, { cause: new Error(sent.body) }), { request: sent })

const breaksOff = (sent: Sent) =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`{"title":${JSON.stringify(sent.values)},`))
      controller.error(broken(sent))
    },
  })

/** What is no answer of the API, by title. */
export const garbage: Record<string, Answer> = {
  "an HTML page": (sent) => respond(502, `<html><body>${sent.values}`, { "content-type": "text/html" }),
  "an HTML page with 200": (sent) => respond(200, `<html><body>${sent.values}`, { "content-type": "text/html" }),
  "truncated JSON": (sent) => respond(500, `{"title":${JSON.stringify(sent.values)},"det`),
  "an empty body": (sent) => new Response(null, { status: 500, headers: headers(sent) }),
  "a text as JSON": (sent) => respond(400, JSON.stringify(sent.values)),
  "a list": (sent) => respond(401, [sent.values, { type: sent.values }]),
  "wrong types in every field": ({ values }) =>
    respond(500, { title: [values], detail: { values }, instance: { [values]: 1 }, type: { values }, status: values }),
  "a wrong account id": ({ values }) => respond(201, { object: "AccountCreated", account_id: { values } }),
  "a wrong checkpoint": ({ values }) => respond(202, { object: "Checkpoint", account_id: "a", checkpoint: values }),
  "10 MB": ({ values }) => respond(500, `{"title":${JSON.stringify(values)},"detail":"${"x".repeat(10_000_000)}"}`),
  "a redirect": (sent) => respond(302, sent.values, { location: `/?${encodeURIComponent(sent.values)}` }),
  "an unknown error": refusal(418, "errors/teapot"),
  "too many requests": (sent) => respond(429, sent.values, { "retry-after": encodeURIComponent(sent.values) }),
  "a body that breaks off": (sent) => new Response(breaksOff(sent), { status: 500 }),
  "no connection": (sent) => Promise.reject(broken(sent)),
  "a thrown text": ({ values }) => Promise.reject(values),
  "a fetch that throws": (sent) => {
    throw broken(sent)
  },
  "no response at all": ({ values }) => Promise.resolve({ values } as unknown as Response),
  "no answer": outlast(never),
  "no answer and no ear for the abort": outlast(() => new Promise(() => {})),
}
