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
import { watchConsole } from "./watch-console.ts"

/** A response, as an API sends it. */
export interface ConnectedResponse {
  status: number
  /** What it holds as JSON, or `null` for no body. */
  body: unknown
}

/** What the checks need to know of a transport. */
export interface TransportTestOptions<Credentials> {
  /** What it sends; their texts and numbers should be found nowhere else, so that an echo of them is recognized. */
  credentials: Credentials
  /** @default the first that it serves */
  provider?: Provider
  /**
   * The response to which it connects, or that of each operation where they differ. Without one, `submit` need not
   * connect: it always demands a checkpoint.
   */
  connected: ConnectedResponse | { submit?: ConnectedResponse; solve: ConnectedResponse }
}

/** How a check makes a transport send one operation, a solution of one kind, and what it looks for. */
export interface Probe {
  /** Sends it over a fetch, so many times, one after the other or at once, the first with a signal; returns what came of the last one. */
  send(fetch: Fetch, more?: { signal?: AbortSignal; times?: number; atOnce?: boolean }): Promise<ProbeResult>
  /** Responds so that the transport connects, where it can. */
  ok: () => Promise<Response>
  /** The texts and numbers of that response, or `undefined` where the operation connects to none. */
  connected: string[] | undefined
  /** What is boxed in the requests' secrets. */
  secrets: string[]
  /** The statuses of the responses that it is played with. */
  statuses: number[]
  /** Whether it is among the others: an empty response to it may lead to a checkpoint. */
  isOther: boolean
  /** The probes of the other kinds of solution. */
  others: Probe[]
  /** Throws what is wrong with the operation, unless something holds. */
  assert(holds: boolean, what: string): void
}

/** Throws for an operation that does not conform. */
export type Check = (probe: Probe) => Promise<void>

/** What was seen on the way of a request. */
interface Seen {
  requests: (RequestInit & { url: string })[]
  boxed: number
  opened: number
  mistakes: string[]
  /** What was written to the console. */
  logged: string[]
}

/** What came of a request. */
interface ProbeResult extends Seen {
  returned: unknown
  /** What it returned, where that is an outcome. */
  outcome: TransportOutcome | undefined
  /** The account id that a solution was sent for. */
  accountId: string
  /** The outcome, where it is a rejection. */
  rejected: Extract<TransportOutcome, { kind: "rejected" }> | undefined
}

/** When each request is sent, in epoch ms. */
export const sentAt = 1_700_000_000_000

/** Read as a number it loses its first digit. */
export const code = "074123"
const phone = { countryCode: "33", number: "612345678" }

type Box = <Value>(value: Value) => Secret<Value>

/** What solves a checkpoint, of every kind: what a message calls the request, and how the solution is built. */
const solutions: Record<Solution["kind"], [name: string, build: (box: Box) => Solution]> = {
  code: ["solve with a code", (box) => ({ kind: "code", secret: box(code) })],
  phone: ["solve with a phone", (box) => ({ kind: "phone", secret: box(phone) })],
  inApp: ["solve with inApp", () => ({ kind: "inApp" })],
  method: ["solve with method", () => ({ kind: "method" })],
}

/** How long a request may take whose response is there at once, in ms of real time. */
const timeout = 3_000

/** Finds an account id to solve for: one that `submit` returns, as a transport may take no others. */
const findAccountId = ({ send, ok }: Probe): Promise<string> =>
  send(ok).then(
    ({ outcome }) => (outcome && "accountId" in outcome && outcome.accountId) || "acc_1",
    () => "acc_1",
  )

export const kinds = Object.keys(solutions) as Solution["kind"][]

/** Builds the probe of one operation: that of `solve` sends one kind, and has a probe of each other kind. */
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
      const seen: Seen = { requests: [], boxed: 0, opened: 0, mistakes: [], logged: [] }
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
      const unwatch = watchConsole((text) => seen.logged.push(text))
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
        // The class, and a code of ours: a message may hold the request.
        const thrown = error instanceof Error ? error.constructor.name : typeof error
        const shown = error instanceof AuthIntentError ? `${thrown} (${error.code})` : thrown
        const threw = `threw ${shown} ${met}, in place of returning an outcome`
        const what = error instanceof TimeoutError ? `did not settle ${met}: ${error.message}` : threw
        return fail("nonconforming_transport", `${name} ${what}`)
      } finally {
        unwatch()
      }
    },
    ok,
    // An account id may be the username, which is then in URLs and outcomes.
    secrets: textsOf([credentials, code, phone]).filter((text) => text.length > 3 && !known.includes(text)),
    // A few of them reach what is written for one kind alone. An empty success is one by its status.
    statuses: (isOther ? [200, 400, 500] : statuses).filter((status) => !isEmptySuccess || status !== okStatus),
    isOther,
    others: others.map((other) => createProbe(createTransport, options, operation, other, true)),
    connected: own && textsOf(own.body),
    assert(holds, what) {
      if (!holds) fail("nonconforming_transport", `${name} ${what}`)
    },
  }
}
