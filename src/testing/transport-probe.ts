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
import { createResponse, statuses } from "./faulty-responses.ts"
import { fail } from "./model/fail.ts"
import { watchConsole } from "./watch-console.ts"

/** A response, as an API sends it. */
export interface ConnectedResponse {
  status: number
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
  /** Whether its secret may stay unread: not every API knows phone numbers. */
  isOptional: boolean
  /** The probes of the other kinds of solution, beside that of a code. */
  others: Probe[]
  /** Throws what is wrong with the operation, unless something holds. */
  assert(holds: boolean, what: string): void
}

/** Throws for an operation that does not conform. */
export type Check = (probe: Probe) => Promise<void>

/** What was seen on the way of a request. */
interface Seen {
  requests: (Partial<FetchInit> & { url: string })[]
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

const textsOf = (value: unknown): string[] =>
  ["string", "number"].includes(typeof value) ? [String(value)] : Object.values(value ?? {}).flatMap(textsOf)

/** Copies plain data: a transport that wipes what it has opened would leave nothing to find in the next request. */
function copy<Value>(value: Value): Value {
  if (![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value ?? 0))) return value
  const entries = Object.entries(value as object).map(([name, part]) => [name, copy(part)])
  return (Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries)) as Value
}

/** Builds the probe of one operation: that of `solve` is of a code, and has those of the other kinds beside it. */
export function createProbe<Credentials>(
  createTransport: (fetch: Fetch) => AuthTransport<Credentials>,
  options: TransportTestOptions<Credentials>,
  operation: Operation,
  kind: Solution["kind"] = "code",
): Probe {
  const { credentials, provider = "INSTAGRAM", connected } = options
  const responses = "solve" in connected ? connected : { submit: connected, solve: connected }
  const own: ConnectedResponse | undefined = responses[operation]
  const [solve, build] = solutions[kind]
  const name = operation === "solve" ? solve : operation
  const others = operation === "solve" && kind === "code" ? (["phone", "inApp", "method"] as const) : []
  const ok = async ({ status, body } = own ?? responses.solve) => createResponse(status, JSON.stringify(body))
  let found: Promise<string> | undefined
  /** Finds an account id to solve for: one that `submit` returns, as a transport may take no others. */
  const findAccountId = () =>
    createProbe(createTransport, options, "submit")
      .send(() => ok(responses.submit ?? responses.solve))
      .then(({ outcome }) => (outcome && "accountId" in outcome && outcome.accountId) || "acc_1")
      .catch(() => "acc_1")
  return {
    async send(fetch, { signal: first, times = 1, atOnce } = {}) {
      const seen: Seen = { requests: [], boxed: 0, opened: 0, mistakes: [], logged: [] }
      let met = "before it sent anything"
      found ??= operation === "solve" ? findAccountId() : undefined
      const accountId = (await found) ?? ""
      const transport = createTransport((url, init) => {
        seen.requests.push({ ...init, url: String(url) })
        met = "where fetch failed"
        const response = fetch(url, init)
        Promise.resolve(response).then(
          ({ status }) => {
            met = `at a ${status}`
          },
          () => {},
        )
        return response
      })
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
    ok: () => ok(),
    secrets: textsOf([credentials, code, phone]).filter((text) => text.length > 3),
    // A few of them reach what is written for one kind alone. A 204 says the same whatever it is of.
    statuses: (kind === "code" ? statuses : [200, 400, 500]).filter((status) => status !== 204 || own?.status !== 204),
    isOptional: kind !== "code",
    others: others.map((other) => createProbe(createTransport, options, operation, other)),
    connected: own && textsOf(own.body),
    assert(holds, what) {
      if (!holds) fail("nonconforming_transport", `${name} ${what}`)
    },
  }
}
