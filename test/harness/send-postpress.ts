import type { Provider } from "../../machines/providers.ts"
import type { TransportOutcome } from "../../src/failures/interpret-response.ts"
import { Secret } from "../../src/secret.ts"
import type { Solution, TransportContext } from "../../src/transports/auth-transport.ts"
import {
  createPostpressTransport,
  type PostpressCredentials,
  type PostpressOptions,
} from "../../src/transports/postpress.ts"
import { login } from "./outcomes.ts"

export const apiKey = "key-4f1c9a77"
export const code = "135790"

/** The time of every response, in epoch ms. */
export const respondedAt = 1_700_000_000_000

interface Call extends Partial<PostpressOptions> {
  provider?: Provider
  credentials?: unknown
  signal?: AbortSignal
  onMistake?: TransportContext["onMistake"]
}

/** Builds a transport's request for an intent, without the intent. */
export const createContext = ({ signal, onMistake }: Pick<Call, "signal" | "onMistake"> = {}): TransportContext => ({
  signal: signal ?? new AbortController().signal,
  now: () => respondedAt,
  onMistake: onMistake ?? (() => {}),
})

const prepare = (baseUrl: string, { provider = "INSTAGRAM", credentials, signal, onMistake, ...options }: Call) => ({
  transport: createPostpressTransport({ apiKey, baseUrl, ...options }),
  context: createContext({ ...(signal && { signal }), ...(onMistake && { onMistake }) }),
  provider,
})

/** Submits credentials to a server, once. */
export function submit(baseUrl: string, call: Call = {}): Promise<TransportOutcome> {
  const { transport, context, provider } = prepare(baseUrl, call)
  const credentials = new Secret(call.credentials ?? login) as Secret<PostpressCredentials>
  return transport.submit({ provider, credentials }, context)
}

/** Solves a checkpoint at a server, once. */
export async function solve(baseUrl: string, call: Call = {}, solution?: Solution): Promise<TransportOutcome> {
  const { transport, context, provider } = prepare(baseUrl, call)
  const sent = solution ?? { kind: "code", secret: new Secret(code) }
  if (!transport.solve) throw new Error("The transport solves nothing")
  return transport.solve({ provider, accountId: "acc_1", solution: sent }, context)
}

export const operations = [
  ["submit", submit],
  ["solve", solve],
] as const

export const created = { object: "AccountCreated", account_id: "acc_1" }
