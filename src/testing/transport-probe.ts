import type { Provider } from "../../machines/providers.ts"
import { AuthIntentError } from "../auth-intent-error.ts"
import { callWithin, TimedOut } from "../call-within.ts"
import type { Operation, TransportOutcome } from "../failures/interpret-response.ts"
import type { Fetch, FetchInit } from "../http/post-json.ts"
import { Secret } from "../secret.ts"
import type { AuthTransport, TransportContext } from "../transports/auth-transport.ts"
import { outcomeSchema } from "../transports/outcome.schema.ts"
import { read } from "../values.schema.ts"
import { platformTimers } from "./create-test-clock.ts"
import { fail } from "./model/fail.ts"

/** What the checks need to know of a transport. */
export interface TransportTestOptions<Credentials> {
  /** What it sends; their texts and numbers should be found nowhere else, so that an echo of them is recognized. */
  credentials: Credentials
  /** @default "INSTAGRAM" */
  provider?: Provider
  /** The response to which it connects, as its API sends it. */
  connected: { status: number; body: unknown }
}

/** How a check makes a transport send one operation, and what it looks for. */
export interface Probe {
  /** Sends it over a fetch, so many times one after the other, and returns what came of the last time. */
  send(fetch: Fetch, more?: { signal?: AbortSignal; times?: number }): Promise<ProbeResult>
  /** Responds so that the transport connects. */
  ok: () => Promise<Response>
  /** The body of that response. */
  connected: string
  /** What is boxed in the requests' secrets. */
  secrets: string[]
  /** Throws what is wrong with the operation, unless something holds. */
  assert(holds: boolean, what: string): void
}

/** What came of a request, and what was seen on the way. */
export interface ProbeResult {
  returned: unknown
  /** What it returned, where that is an outcome. */
  outcome: TransportOutcome | undefined
  /** The outcome, where it is a rejection. */
  rejected: Extract<TransportOutcome, { kind: "rejected" }> | undefined
  requests: (Partial<FetchInit> & { url: string })[]
  opened: number
  mistakes: string[]
}

/** When each request is sent, in epoch ms. */
export const epoch = 1_700_000_000_000

const code = "874123"

/** How long a request may take whose response is there at once, in ms of real time. */
const timeout = 3_000

const textsOf = (value: unknown): string[] =>
  ["string", "number"].includes(typeof value) ? [String(value)] : Object.values(value ?? {}).flatMap(textsOf)

/** Builds the probe of one operation. */
export function createProbe<Credentials>(
  createTransport: (fetch: Fetch) => AuthTransport<Credentials>,
  { credentials, provider = "INSTAGRAM", connected }: TransportTestOptions<Credentials>,
  operation: Operation,
): Probe {
  return {
    async send(fetch, { signal = new AbortController().signal, times = 1 } = {}) {
      const seen: Pick<ProbeResult, "requests" | "opened" | "mistakes"> = { requests: [], opened: 0, mistakes: [] }
      let met = "before it sent anything"
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
      const onMistake = ({ message }: Error) => void seen.mistakes.push(message)
      const context: TransportContext = { signal, now: () => epoch, onMistake }
      const sendOnce = () =>
        operation === "submit"
          ? transport.submit({ provider, credentials: new Counted(credentials) }, context)
          : transport.solve?.(
              { provider, accountId: "acc_1", solution: { kind: "code", secret: new Counted(code) } },
              { ...context, expiresAt: epoch + 60_000 },
            )
      try {
        let returned: unknown
        for (let time = 0; time < times; time += 1)
          returned = await callWithin(timeout, sendOnce, { timers: platformTimers })
        const outcome = read(outcomeSchema, returned) as TransportOutcome | undefined
        return { ...seen, returned, outcome, rejected: outcome?.kind === "rejected" ? outcome : undefined }
      } catch (error) {
        // The class, and a code of ours: a message may hold the request.
        const ofClass = error instanceof Error ? error.constructor.name : typeof error
        const name = error instanceof AuthIntentError ? `${ofClass} (${error.code})` : ofClass
        const threw = `threw ${name} ${met}, in place of returning an outcome`
        const what = error instanceof TimedOut ? `did not settle ${met}: ${error.message}` : threw
        return fail("nonconforming_transport", `${operation} ${what}`)
      }
    },
    ok: async () => new Response(JSON.stringify(connected.body), { status: connected.status }),
    secrets: [...textsOf(credentials).filter((text) => text.length > 3), code],
    connected: JSON.stringify(connected.body),
    assert(holds, what) {
      if (!holds) fail("nonconforming_transport", `${operation} ${what}`)
    },
  }
}
