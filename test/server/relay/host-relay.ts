import { expect, vi } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import { createSandbox } from "../../../src/sandbox/create-sandbox.ts"
import type { ConnectedAccount, RelayProblem } from "../../../src/server/host.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import { createRelay, type RelayOptions } from "../../../src/server/relay/create-relay.ts"
import type { Store } from "../../../src/server/store.ts"
import { createRelayTransport } from "../../../src/transports/relay.ts"
import { type Reply, readReply } from "../../harness/read-reply.ts"

export const apiKey = "key-4f1c9a77"
export const key = { id: "k1", secret: "the first secret, of 32 characters or more" }
export const keys = [key]
export const origin = "https://app.example.com"
export const password = "pw-hunter2"

/** A parsed response of the relay. */
export interface Relayed extends Reply {
  /** The `account_id`, which should be a token. */
  token: string
}

export async function readRelayed(response: Response): Promise<Relayed> {
  const reply = await readReply(response)
  return { ...reply, token: String(reply.body["account_id"]) }
}

/** Changes to the default request of a page. */
interface Post {
  path?: string
  user?: string
  headers?: Record<string, string>
  provider?: string
  kind?: string
}

/** Posts to a relay in process, as a page of its own origin would. */
export function createPoster(relay: (request: Request) => Promise<Response>) {
  async function post(body: unknown, { path = "/accounts", user = "ada", headers = {} }: Post = {}): Promise<Relayed> {
    const json = { "content-type": "application/json", "x-user": user, ...headers }
    const text = typeof body === "string" ? body : JSON.stringify(body)
    const url = `${origin}/api/auth${path}`
    return readRelayed(await relay(new Request(url, { method: "POST", headers: json, body: text })))
  }
  return {
    post,
    login: (username: string, { provider = "INSTAGRAM", ...more }: Post = {}) =>
      post({ provider, credentials: { username, password } }, more),
    solve: (token: string, value: unknown = "123456", { provider = "INSTAGRAM", kind = "code", ...more }: Post = {}) =>
      post({ provider, token, solution: { kind, value } }, { path: "/accounts/checkpoint", ...more }),
  }
}

/** Builds the transport of a user's page to a relay in process. */
export const createPageTransport = (relay: (request: Request) => Promise<Response>, user = "ada") =>
  createRelayTransport({
    baseUrl: `${origin}/api/auth`,
    headers: { "x-user": user },
    fetch: (url, init) => relay(new Request(url, init)),
  })

/** Hosts a relay in process, in front of a sandbox or another API. A header signs its users in, `ada` by default. */
export function hostRelay({ fetch, ...options }: Partial<RelayOptions> = {}) {
  const sandbox = createSandbox({ apiKey })
  const sent: { url: string; headers: Record<string, string>; body: Record<string, unknown> }[] = []
  const connected: ConnectedAccount[] = []
  const problems: RelayProblem[] = []
  let time = 1_800_000_000_000
  const clock = { now: () => time }

  const record: Fetch = (url, init) => {
    const headers = Object.fromEntries(new Headers(init.headers))
    sent.push({ url, headers, body: JSON.parse(String(init.body)) })
    return (fetch ?? sandbox.fetch)(url, init)
  }
  const host = (more: Partial<RelayOptions> = {}) =>
    createRelay({
      apiKey,
      basePath: "/api/auth",
      fetch: record,
      getUserId: (request) => request.headers.get("x-user"),
      keys,
      onConnected: (account) => connected.push(account),
      onProblem: (problem) => {
        if (problem.code !== "store_in_memory") problems.push(problem)
      },
      clock,
      ...options,
      ...more,
    })
  const relay = host()
  return {
    relay,
    /** Hosts another relay of the same host with other options. */
    host,
    sandbox,
    sent,
    connected,
    problems,
    clock,
    /** Moves only the relay's clock, which otherwise stands still. */
    advance: (ms: number) => {
      time += ms
    },
    ...createPoster(relay),
  }
}

/** Hosts two relays on one store, as two processes would: `pair`, and `other` beside the first. */
export function hostTwo(options: Partial<RelayOptions> = {}, wrap = (store: Store) => store) {
  const host = hostRelay(options)
  const store = wrap(createMemoryStore({ clock: host.clock }))
  const pair = [createPoster(host.host({ store })), createPoster(host.host({ store }))] as const
  return { ...host, ...pair[0], other: pair[1], pair }
}

/** Builds an API that always responds with one status and body. */
export const always =
  (status: number, body: unknown, headers: Record<string, string> = {}): Fetch =>
  async () => ({
    status,
    headers: new Headers({ "content-type": "application/json", ...headers }),
    body: new Response(typeof body === "string" ? body : JSON.stringify(body)).body,
    text: async () => "",
  })

/** The code of an approval in the app. */
export const approval = "in_app_validation"

/** An API that holds each request until the test responds. Only the submit of `x` gets a checkpoint at once. */
export function holdRequests() {
  const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "IN_APP_VALIDATION" } }
  const held: { name: unknown; respond: (response: ReturnType<Fetch>) => void }[] = []
  const fetch: Fetch = (url, init) => {
    const { code, username } = JSON.parse(init.body)
    if (username === "x") return always(202, checkpoint)(url, init)
    return new Promise((resolve, reject) => {
      held.push({ name: code ?? username, respond: (response) => void Promise.resolve(response).then(resolve, reject) })
    })
  }
  /** Waits until a code or a username is upstream. Returns a function that responds and returns the page's reply. */
  async function hold(name: string, page: Promise<Pick<Relayed, "short">>) {
    const { respond } = await vi.waitFor(
      () => {
        const index = held.findIndex((each) => each.name === name)
        return held.splice(index, index < 0 ? 0 : 1)[0] ?? expect.fail(`${name} is not upstream`)
      },
      { interval: 1 },
    )
    return async (status: number, body: unknown) => {
      respond(always(status, body)("", {} as never))
      return (await page).short
    }
  }
  return { fetch, hold }
}
