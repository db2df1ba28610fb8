import { describe, expect, it, vi } from "vitest"
import type { Failure } from "../../machines/auth-intent.types.ts"
import { failureTable } from "../../src/failures/failure-table.ts"
import { judgeAnswer } from "../../src/failures/judge-answer.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { apiKey, type Heard, hostRelay, origin, password } from "./host-relay.ts"

const host = "api.upstream.example"
const baseUrl = `https://${host}/v7`
const accountId = "acc_01HXYZ4QK3WJ8FN3M6QH7TZ8GR"
const checkpoint = { object: "Checkpoint", account_id: accountId, checkpoint: { type: "2FA" } }

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers })

/** What a page hears at either step when the API answers so there. */
async function hear(answer: Fetch) {
  const answers: Fetch[] = [answer, async () => json(202, checkpoint), answer]
  const fetch: Fetch = async (url, init) => (answers.shift() ?? answer)(url, init)
  const { login, solve, sent } = hostRelay({ fetch, baseUrl })
  const submitted = await login("ada")
  const { token } = await login("ada")
  const solved = await solve(token)
  return { submitted, solved, sent }
}

const failureOf = ({ status, body }: Heard, step: "submit" | "solve"): Failure => {
  const outcome = judgeAnswer({ step, provider: "INSTAGRAM" }, { status, body, at: 0 })
  if (outcome.kind !== "rejected") throw new Error("It was not rejected")
  return outcome.failure
}

const pairs = Object.entries(failureTable).flatMap(([status, types]) =>
  Object.entries(types).map(([type, recovery]) => [Number(status), `errors/${type}`, recovery] as const),
)

describe("an error of the API", () => {
  it.each(pairs.filter(([status]) => status !== 407))("comes through as %i %s: %s", async (status, type, recovery) => {
    const envelope = { title: "T", detail: "D", instance: "req_1", type, status }
    const { submitted, solved } = await hear(async () => json(status, envelope))
    expect(submitted.body).toEqual(envelope)
    expect(solved.body).toEqual(envelope)
    expect([submitted.status, solved.status]).toEqual([status, status])
    expect(failureOf(solved, "solve").recovery).toBe(recovery)
  })

  it("comes through as a 502 where no page can hear it", async () => {
    const envelope = { title: "T", type: "errors/proxy_auth_error", status: 407 }
    const { solved } = await hear(async () => json(407, envelope))
    expect(solved.short).toBe("502 errors/proxy_error")
    expect(failureOf(solved, "solve").recovery).toBe("retry")
  })

  it("keeps a type that nobody knows, and when to come back", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 })
    try {
      const envelope = { title: "T", type: "errors/slow_down", status: 429 }
      const { solved } = await hear(async () => json(429, envelope, { "retry-after": "30" }))
      expect(solved.short).toBe("429 errors/slow_down")
      expect(solved.headers.get("retry-after")).toBe("30")
    } finally {
      vi.useRealTimers()
    }
  })
})

describe("what is no answer of the API", () => {
  const never: Fetch = () => new Promise(() => {})
  const page = (status: number) => async () => new Response("<h1>Oops</h1>", { status })

  it.each<[string, Fetch, short: string, recovery: string]>([
    ["no connection", () => Promise.reject(new TypeError(`connect ${host}`)), "502 errors/proxy_error", "retry"],
    ["a page that says all is well", page(200), "502 errors/proxy_error", "retry"],
    ["JSON of another shape", async () => json(201, { object: "Dog" }), "502 errors/proxy_error", "retry"],
    ["half a JSON", async () => new Response('{"object":"Acc', { status: 201 }), "502 errors/proxy_error", "retry"],
    ["a redirect", async () => json(302, {}, { location: "https://evil.example" }), "502 errors/proxy_error", "retry"],
    ["nothing new", async () => new Response(null, { status: 304 }), "502 errors/proxy_error", "retry"],
    ["an error page", page(500), "500 client/invalid_response", "retry"],
    ["a page that refuses", page(403), "403 client/invalid_response", "stop"],
    ["a page that is not found", page(404), "404 client/invalid_response", "restart"],
  ])("%s", async (_, answer, short, recovery) => {
    const { submitted, solved } = await hear(answer)
    expect([submitted.short, solved.short]).toEqual([short, short])
    expect(failureOf(solved, "solve").recovery).toBe(recovery)
  })

  it("an answer that never comes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      const { login } = hostRelay({ fetch: never })
      const heard = login("ada")
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
      await vi.advanceTimersByTimeAsync(30_000)
      expect((await heard).short).toBe("504 errors/request_timeout")
    } finally {
      vi.useRealTimers()
    }
  })
})

it("lets a page know nothing of the API", async () => {
  const code = "135790"
  const words = (said: string) => `POST ${baseUrl}/accounts at ${host} with ${apiKey} and ${said} for ${accountId}`
  const error = (type: string, status: number, said: string) =>
    json(status, { title: words(said), detail: words(said), instance: words(said), type, status }, headers)
  const headers = { "x-request-id": "req_1", "set-cookie": "upstream=1", server: host }
  const puzzle = { type: "PUZZLE", url: `${baseUrl}/puzzle`, [accountId]: [host, { account_id: accountId }, 7] }
  const answers = [
    error("errors/provider_error", 500, password),
    json(202, { ...checkpoint, checkpoint: puzzle, said: words(password) }, headers),
    error("errors/invalid_checkpoint_solution", 401, code),
    json(201, { object: "AccountCreated", account_id: accountId, said: words(code) }, headers),
  ]
  const { login, solve, connected } = hostRelay({ baseUrl, fetch: async () => answers.shift() ?? json(500, {}) })
  const refused = await login("ada")
  const asked = await login("ada")
  const heard = [refused, asked, await solve(asked.token, code), await solve(asked.token, code)]

  expect(heard.map(({ short }) => short)).toEqual([
    "500 errors/provider_error",
    "202 PUZZLE",
    "401 errors/invalid_checkpoint_solution",
    "201",
  ])
  expect(connected).toEqual([{ userId: "ada", provider: "INSTAGRAM", accountId }])
  expect(asked.body["checkpoint"]).toEqual({
    type: "PUZZLE",
    url: "[secret]/puzzle",
    "[secret]": ["[secret]", { account_id: "[secret]" }, 7],
  })
  // Before the first checkpoint nobody can tell an account id from any other word.
  expect(refused.body["title"]).toBe(`POST [secret]/accounts at [secret] with [secret] and [secret] for ${accountId}`)
  for (const { text } of heard.slice(1)) expect(text).not.toContain(accountId)
  for (const { text, headers } of heard) {
    for (const secret of [apiKey, host, password, code]) expect(text).not.toContain(secret)
    expect([...headers.keys()].sort()).toEqual(["cache-control", "content-type", "vary"])
  }
})

describe("a checkpoint", () => {
  const ask = async (wanted: object) => {
    const { login } = hostRelay({ fetch: async () => json(202, { ...checkpoint, checkpoint: wanted }) })
    return (await login("ada")).body["checkpoint"]
  }

  it("keeps its hint", async () => {
    expect(await ask({ type: "2FA", source: "SMS", more: 1 })).toEqual({ type: "2FA", source: "SMS" })
  })

  it("keeps what came with it where nobody knows its type, up to 2 kB", async () => {
    const puzzle = { type: "PUZZLE", source: "MAIL", image: "data:", parts: [1, { of: 2 }] }
    expect(await ask(puzzle)).toEqual(puzzle)
    expect(await ask({ ...puzzle, image: "x".repeat(2048) })).toEqual({ type: "PUZZLE" })
  })
})

it("finishes what is upstream when the page leaves", async () => {
  let answer = (_: Response) => {}
  let signal: AbortSignal | null | undefined
  const fetch: Fetch = (_, init) => {
    signal = init.signal
    return new Promise((resolve) => {
      answer = resolve
    })
  }
  const { relay, connected } = hostRelay({ fetch })
  const leaving = new AbortController()
  const heard = relay(
    new Request(`${origin}/accounts`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-user": "ada" },
      body: JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "ok", password } }),
      signal: leaving.signal,
    }),
  )
  await vi.waitFor(() => expect(signal).toBeDefined())
  leaving.abort()
  expect(signal?.aborted).toBe(false)
  answer(json(201, { object: "AccountCreated", account_id: accountId }))
  expect((await heard).status).toBe(201)
  expect(connected).toHaveLength(1)
})
