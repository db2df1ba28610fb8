import type { Provider } from "../../machines/providers.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { callWithin, TimeoutError } from "../call-within.ts"
import type { Operation, TransportOutcome } from "../failures/interpret-response.ts"
import type { Fetch, FetchInit } from "../http/post-json.ts"
import { Secret } from "../secret.ts"
import type { AuthTransport, Solution, TransportContext } from "../transports/auth-transport.ts"
import { outcomeSchema } from "../transports/outcome.schema.ts"
import { read } from "../values.schema.ts"
import { platformTimers } from "./create-test-clock.ts"
import { bodies, createResponse, statuses } from "./faulty-responses.ts"
import { fail } from "./model/fail.ts"
import { copy, textsOf } from "./plain-data.ts"

/** A response, as an API sends it. */
export interface ConnectedResponse {
  status: number
  /** The body as JSON holds it, or `null` for no body. */
  body: unknown
}

/** What the checks need to know of a transport. */
export interface TransportTestOptions<Credentials> {
  /** The credentials to send. Their texts and numbers should stand nowhere else, so that the checks find an echo. */
  credentials: Credentials
  /** @default the first provider that the transport serves */
  provider?: Provider
  /**
   * The response to which the transport connects, or a response for each operation. Without a response, `submit` need
   * not connect: it always demands a checkpoint.
   */
  connected: ConnectedResponse | { submit?: ConnectedResponse; solve: ConnectedResponse }
}

/** Sends one operation through a transport, a solution of one kind, and has what a check needs. */
export interface Probe {
  /** Sends the operation, `times` in sequence or at once, the first with the signal. Returns the last result. */
  send(fetch: Fetch, more?: { signal?: AbortSignal; times?: number; atOnce?: boolean }): Promise<ProbeResult>
  /** Responds so that the transport connects, where it can. */
  ok: () => Promise<Response>
  /** The texts and numbers of the `ok` response, or `undefined` where the operation does not connect. */
  connected: string[] | undefined
  /** The texts in the requests' secrets. */
  secrets: string[]
  /** The statuses of the responses that the checks play. */
  statuses: number[]
  /** Whether this probe is one of `others`: an empty response to it may lead to a checkpoint. */
  isOther: boolean
  /** The probes of the other kinds of solution. */
  others: Probe[]
  /** Throws an error about the operation, unless `holds`. */
  assert(holds: boolean, what: string): void
}

/** Throws for an operation that does not conform. */
export type Check = (probe: Probe) => Promise<void>

/** What the probe saw during a request. */
interface Seen {
  requests: (RequestInit & { url: string })[]
  boxed: number
  opened: number
  mistakes: string[]
}

/** The result of a request. */
interface ProbeResult extends Seen {
  returned: unknown
  /** The returned value, where it is an outcome. */
  outcome: TransportOutcome | undefined
  /** The account id that a solution was sent for. */
  accountId: string
  /** The outcome, where it is a rejection. */
  rejected: Extract<TransportOutcome, { kind: "rejected" }> | undefined
}

/** When each request is sent, in epoch ms. */
export const sentAt = 1_700_000_000_000

/** A code that loses its first digit if it is read as a number. */
export const code = "074123"
const phone = { countryCode: "33", number: "612345678" }

type Box = <Value>(value: Value) => Secret<Value>

/** The solutions of every kind: the name of the request in a message, and a function that builds the solution. */
const solutions: Record<Solution["kind"], [name: string, build: (box: Box) => Solution]> = {
  code: ["solve with a code", (box) => ({ kind: "code", secret: box(code) })],
  phone: ["solve with a phone", (box) => ({ kind: "phone", secret: box(phone) })],
  inApp: ["solve with inApp", () => ({ kind: "inApp" })],
  method: ["solve with method", () => ({ kind: "method" })],
}

/** How long a request with an immediate response may take, in ms of real time. */
const timeout = 3_000

/** Finds an account id for `solve`: the one that `submit` returns, as a transport may accept no other. */
const findAccountId = ({ send, ok }: Probe): Promise<string> =>
  send(ok).then(
    ({ outcome }) => (outcome && "accountId" in outcome && outcome.accountId) || "acc_1",
    () => "acc_1",
  )

export const kinds = Object.keys(solutions) as Solution["kind"][]

/** Builds the probe of one operation. A probe of `solve` sends one kind, and has a probe of each other kind. */
export function createProbe<Credentials>(
  createTransport: (fetch: typeof globalThis.fetch & Fetch) => AuthTransport<Credentials>,
  options: TransportTestOptions<Credentials>,
  operation: Operation,
  kind: Solution["kind"] = "code",
  isOther = false,
): Probe {
  const { credentials, provider = "INSTAGRAM", connected } = options
  const responses = "solve" in connected ? connected : { submit: connected, solve: connected }
  const own: ConnectedResponse | undefined = responses[operation]
  const [solve, build] = solutions[kind]
  const name = operation === "solve" ? solve : operation
  const others = operation === "solve" && !isOther ? kinds.filter((each) => each !== kind) : []
  const { status: okStatus, body } = own ?? responses.solve
  const text = body === null ? "" : JSON.stringify(body)
  const ok = async () => createResponse(okStatus, text)
  const known = textsOf(connected).join(" ")
  const isEmptySuccess = own !== undefined && (okStatus === 204 || bodies.includes(text))
  let found: Promise<string> | undefined
  return {
    async send(fetch, { signal: first, times = 1, atOnce } = {}) {
      const seen: Seen = { requests: [], boxed: 0, opened: 0, mistakes: [] }
      let met = "before it sent anything"
      if (operation === "solve") found ??= findAccountId(createProbe(createTransport, options, "submit"))
      const accountId = (await found) ?? ""
      const transport = createTransport(((input: string | URL | Request, init?: RequestInit) => {
        // Many libraries pass a `Request` alone.
        const request = input instanceof Request ? new Request(input, init) : { ...init, url: String(input) }
        seen.requests.push(request)
        met = "where fetch failed"
        const response = fetch(request.url, request as FetchInit)
        Promise.resolve(response).then(
          ({ status }) => {
            met = `at a ${status}`
          },
          () => {},
        )
        return response
      }) as typeof globalThis.fetch)
      class Counted<Value> extends Secret<Value> {
        override open(): Value {
          seen.opened += 1
          return super.open()
        }
      }
      const box: Box = (value) => {
        seen.boxed += 1
        return new Counted(value)
      }
      const onMistake = ({ message }: Error) => void seen.mistakes.push(message)
      function sendOnce(signal = new AbortController().signal) {
        const context: TransportContext = { signal, now: () => sentAt, onMistake }
        if (operation === "submit") return transport.submit({ provider, credentials: box(copy(credentials)) }, context)
        const request = { provider, accountId, solution: build(box) }
        return transport.solve?.(request, { ...context, expiresAt: sentAt + 60_000 })
      }
      try {
        const sendings: Promise<unknown>[] = []
        for (let time = 0; time < times; time += 1) {
          const sending = callWithin(timeout, () => sendOnce(time ? undefined : first), { timers: platformTimers })
          sendings.push(sending)
          if (!atOnce) await sending
        }
        const returned = (await Promise.all(sendings)).at(-1)
        const outcome = read(outcomeSchema, returned) as TransportOutcome | undefined
        return { ...seen, returned, outcome, accountId, rejected: outcome?.kind === "rejected" ? outcome : undefined }
      } catch (error) {
        // Only the class, and the library's code: a message may hold the request.
        const thrown = error instanceof Error ? error.constructor.name : typeof error
        const shown = error instanceof AuthIntentError ? `${thrown} (${error.code})` : thrown
        const threw = `threw ${shown} ${met}, in place of returning an outcome`
        const what = error instanceof TimeoutError ? `did not settle ${met}: ${error.message}` : threw
        return fail("nonconforming_transport", `${name} ${what}`)
      }
    },
    ok,
    // An account id may be the username: URLs and outcomes then hold the username.
    secrets: textsOf([credentials, code, phone]).filter((text) => text.length > 3 && !known.includes(text)),
    // For the other kinds a few statuses are enough. An empty success is recognized by its status alone.
    statuses: (isOther ? [200, 400, 500] : statuses).filter((status) => !isEmptySuccess || status !== okStatus),
    isOther,
    others: others.map((other) => createProbe(createTransport, options, operation, other, true)),
    connected: own && textsOf(own.body),
    assert(holds, what) {
      if (!holds) fail("nonconforming_transport", `${name} ${what}`)
    },
  }
}
