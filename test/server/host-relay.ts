import type { Fetch } from "../../src/http/post-json.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import type { ConnectedAccount } from "../../src/server/create-logins.ts"
import { createRelay, type RelayOptions, type RelayProblem } from "../../src/server/create-relay.ts"

export const apiKey = "key-4f1c9a77"
export const keys: RelayOptions["keys"] = [{ id: "k1", secret: "the first secret, of 32 characters or more" }]
export const origin = "https://app.example.com"
export const password = "pw-hunter2"

/** What reached the API. */
export interface Sent {
  url: string
  headers: Record<string, string>
  body: Record<string, unknown>
}

/** An answer of the relay, read. */
export interface Heard {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
  /** The `account_id`, which should be a token. */
  token: string
  /** `201`, `202 2FA` or `403 errors/…`. */
  short: string
}

export async function read(response: Response): Promise<Heard> {
  const { status, headers } = response
  const text = await response.text()
  const body = text === "" ? {} : JSON.parse(text)
  const short = [status, body.checkpoint?.type ?? body.type].join(" ").trim()
  return { status, headers, text, body, token: String(body.account_id), short }
}

export interface Post {
  path?: string
  user?: string
  headers?: Record<string, string>
}

interface Login extends Post {
  provider?: string
}

interface Solve extends Login {
  kind?: string
}

/** A relay in process, before a sandbox or whatever API is given, whose people sign in by a header; `ada` does unless it is said otherwise. */
export function hostRelay({ fetch, ...options }: Partial<RelayOptions> = {}) {
  const sandbox = createSandbox({ apiKey })
  const sent: Sent[] = []
  const connected: ConnectedAccount[] = []
  const problems: RelayProblem[] = []

  const record: Fetch = (url, init) => {
    const headers = Object.fromEntries(new Headers(init.headers))
    sent.push({ url, headers, body: JSON.parse(String(init.body)) })
    return (fetch ?? sandbox.fetch)(url, init)
  }
  const relay = createRelay({
    apiKey,
    fetch: record,
    getUserId: (request) => request.headers.get("x-user"),
    keys,
    onConnected: (account) => connected.push(account),
    onError: (problem) => problems.push(problem),
    ...options,
  })

  async function post(body: unknown, { path = "/accounts", user = "ada", headers = {} }: Post = {}): Promise<Heard> {
    const json = { "content-type": "application/json", "x-user": user, ...headers }
    const text = typeof body === "string" ? body : JSON.stringify(body)
    return read(await relay(new Request(`${origin}/api/auth${path}`, { method: "POST", headers: json, body: text })))
  }

  return {
    relay,
    sandbox,
    sent,
    connected,
    problems,
    post,
    login: (username: string, { provider = "INSTAGRAM", ...more }: Login = {}) =>
      post({ provider, credentials: { username, password } }, more),
    solve: (token: string, value: unknown = "123456", { provider = "INSTAGRAM", kind = "code", ...more }: Solve = {}) =>
      post({ provider, token, solution: { kind, value } }, { path: "/accounts/checkpoint", ...more }),
  }
}
