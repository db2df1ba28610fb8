import { expect } from "vitest"
import type { Provider } from "../../machines/auth-intent.types.ts"
import { Secret } from "../../src/secret.ts"
import type { Answer, Solution } from "../../src/transports/auth-transport.ts"
import {
  createPostpressTransport,
  type PostpressCredentials,
  type PostpressOptions,
} from "../../src/transports/postpress.ts"

export const apiKey = "key-4f1c9a77"
export const login = { username: "ada", password: "pw-hunter2" }
export const code = "135790"

/** The time of every answer, in epoch ms. */
export const at = 1_700_000_000_000

export interface Call extends Partial<PostpressOptions> {
  provider?: Provider
  credentials?: unknown
  signal?: AbortSignal
}

const from = (baseUrl: string, { provider = "INSTAGRAM", credentials, signal, ...options }: Call) => ({
  transport: createPostpressTransport({ apiKey, baseUrl, ...options }),
  context: { signal: signal ?? new AbortController().signal, now: () => at },
  provider,
})

/** Submits credentials to a server, once, with no intent around it. */
export function submit(baseUrl: string, call: Call = {}): Promise<Answer> {
  const { transport, context, provider } = from(baseUrl, call)
  const credentials = new Secret(call.credentials ?? login) as Secret<PostpressCredentials>
  return transport.submit({ provider, credentials }, context)
}

/** Solves a checkpoint at a server, once, with no intent around it. */
export function solve(baseUrl: string, call: Call = {}, solution?: Solution): Promise<Answer> {
  const { transport, context, provider } = from(baseUrl, call)
  const given = solution ?? { kind: "code", secret: new Secret(code) }
  return transport.solve({ provider, accountId: "acc_1", solution: given }, context)
}

export const steps = [
  ["submit", submit],
  ["solve", solve],
] as const

export const created = { object: "AccountCreated", account_id: "acc_1" }
export const connected = { kind: "connected", at, accountId: "acc_1" }

/** A rejection of the library's own. */
export const rejected = (type: string, status: number, recovery: string) => ({
  kind: "rejected",
  at,
  failure: { type, status, title: expect.stringMatching(/\w/), recovery },
})
