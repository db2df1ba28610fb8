import { describe, expect, it, vi } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import { beginRequest, endRequest } from "../../../src/server/relay/turns.ts"
import type { Store } from "../../../src/server/store.ts"
import { always, createPoster, hostRelay, hostTwo } from "./host-relay.ts"

const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "IN_APP_VALIDATION" } }
const created = { object: "AccountCreated", account_id: "acc_1" }
const wrong = { type: "errors/invalid_checkpoint_solution" }

/** An API that holds each solution until the test responds to it, by the code that was sent. */
function holdSolutions() {
  const held = new Map<unknown, (status: number, body: unknown) => void>()
  const waiting: (() => void)[] = []
  const fetch: Fetch = async (url, init) => {
    if (url.endsWith("/accounts")) return always(202, checkpoint)(url, init)
    const response = await new Promise<[number, unknown]>((resolve) => {
      held.set(JSON.parse(init.body).code, (...response) => resolve(response))
      for (const check of waiting) check()
    })
    return always(...response)(url, init)
  }
  /** Waits until a solution is upstream, and returns what responds to it. */
  const arrival = (code: unknown) =>
    new Promise<(status: number, body: unknown) => void>((resolve) => {
      const check = () => {
        const respond = held.get(code)
        if (respond) resolve(respond)
      }
      waiting.push(check)
      check()
    })
  return { fetch, arrival }
}

/** A relay whose store takes long, for the keys that a pattern matches. */
function hostSlow(call: "get" | "swap", options: Parameters<typeof hostRelay>[0] = {}, keys = /./) {
  const host = hostRelay(options)
  const memory = createMemoryStore({ clock: host.clock })
  const slow = { ms: 0 }
  const store: Store = {
    ...memory,
    [call](key: string, ...entry: never[]) {
      if (keys.test(key)) host.advance(slow.ms)
      return Reflect.apply(memory[call], memory, [key, ...entry])
    },
  }
  return { ...host, slow, ...createPoster(host.host({ store })) }
}

describe("one request of a login is upstream at a time", () => {
  it("across two relays on one store, whatever arrives at once", async () => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve, other, sent, connected } = hostTwo({ fetch })
    const { token } = await login("x")
    const first = solve(token, "111111")
    const respond = await arrival("111111")
    const others = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? solve : other.solve)(token, `2222${index}`)),
    )
    for (const { short, headers } of others) {
      expect([short, headers.get("retry-after")]).toEqual(["503 errors/service_unavailable", "1"])
    }
    respond(201, created)
    expect((await first).short).toBe("201")
    expect([sent.length, connected.length]).toEqual([2, 1])
  })

  it.each(["code", "phone", "method"])("while a %s is upstream, so is no approval", async (kind) => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve } = hostRelay({ fetch })
    const { token } = await login("x")
    const value = kind === "phone" ? { countryCode: "33", number: "612345678" } : "111111"
    const first = solve(token, value, { kind })
    const respond = await arrival({ code: "111111", phone: "(+33)612345678", method: "TRY_ANOTHER_WAY" }[kind])
    expect((await solve(token, undefined, { kind: "inApp" })).short).toBe("503 errors/service_unavailable")
    respond(401, wrong)
    expect((await first).short).toBe("401 errors/invalid_checkpoint_solution")
    const again = solve(token, undefined, { kind: "inApp" })
    ;(await arrival("in_app_validation"))(202, checkpoint)
    expect((await again).short).toBe("202 IN_APP_VALIDATION")
  })

  it("an approval waits for one that was overtaken, too", async () => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve } = hostRelay({ fetch })
    const { token } = await login("x")
    const first = solve(token, undefined, { kind: "inApp" })
    const respond = await arrival("in_app_validation")
    const code = solve(token, "111111")
    ;(await arrival("111111"))(401, wrong)
    await code
    expect((await solve(token, undefined, { kind: "inApp" })).short).toBe("503 errors/service_unavailable")
    respond(202, checkpoint)
    expect((await first).short).toBe("202 IN_APP_VALIDATION")
  })

  it("a turn is held for the whole timeout of the API, however long the store took", async () => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve, advance, slow } = hostSlow("get", { fetch })
    const { token } = await login("x")
    slow.ms = 4_000
    void solve(token, "111111")
    await arrival("111111")
    slow.ms = 0
    advance(34_000)
    expect((await solve(token, "222222")).short).toBe("503 errors/service_unavailable")
  })

  it("a turn that was taken before the clock was set back an hour is held no more", async () => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve, advance } = hostRelay({ fetch })
    const { token } = await login("x")
    void solve(token, "111111")
    await arrival("111111")
    advance(-3_600_000)
    const next = solve(token, "222222")
    ;(await arrival("222222"))(201, created)
    expect((await next).short).toBe("201")
  })

  it("nothing is sent where the store took until past the deadline", async () => {
    const { login, solve, advance, sent, slow } = hostSlow("swap")
    const { token } = await login("2fa")
    advance(299_000)
    slow.ms = 4_000
    expect((await solve(token, "111111")).short).toBe("408 errors/request_timeout")
    expect(sent).toHaveLength(1)
  })

  it("nothing is sent that could outlast its turn, where the store took long to count", async () => {
    const { login, sent, slow } = hostSlow("get", {}, /^(submits|username):/)
    slow.ms = 2_501
    expect((await login("2fa")).short).toBe("503 errors/service_unavailable")
    expect(sent).toEqual([])
    // It has left the turn to the next one.
    slow.ms = 2_500
    expect((await login("2fa")).short).toBe("202 2FA")
  })

  it("a login whose process has died upstream is free again 35 s later", async () => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve, advance } = hostRelay({ fetch })
    const { token } = await login("x")
    void solve(token, "111111")
    await arrival("111111")
    advance(34_999)
    expect((await solve(token, "222222")).short).toBe("503 errors/service_unavailable")
    advance(1)
    const next = solve(token, "222222")
    ;(await arrival("222222"))(401, wrong)
    expect((await next).short).toBe("401 errors/invalid_checkpoint_solution")
  })
})

describe("a code overtakes an approval", () => {
  /** An approval and then a code, both upstream. */
  async function both() {
    const { fetch, arrival } = holdSolutions()
    const host = hostTwo({ fetch })
    const { token } = await host.login("x")
    const approval = host.solve(token, undefined, { kind: "inApp" })
    const respondToApproval = await arrival("in_app_validation")
    const code = host.other.solve(token, "111111")
    const respondToCode = await arrival("111111")
    return { ...host, token, approval, respondToApproval, code, respondToCode }
  }

  it("and the approval's 201 is connected, for both", async () => {
    const { approval, respondToApproval, code, respondToCode, connected } = await both()
    respondToApproval(201, created)
    expect((await approval).short).toBe("201")
    respondToCode(400, { type: "errors/invalid_request" })
    expect((await code).short).toBe("201")
    expect(connected).toHaveLength(1)
  })

  it("and two 201 are connected once", async () => {
    const { approval, respondToApproval, code, respondToCode, connected } = await both()
    respondToApproval(201, created)
    respondToCode(201, created)
    expect([(await approval).short, (await code).short]).toEqual(["201", "201"])
    expect(connected).toHaveLength(1)
  })

  it("and an approval that was overtaken ends nothing and frees nothing", async () => {
    const { approval, respondToApproval, code, respondToCode, solve, token } = await both()
    respondToApproval(403, { type: "errors/account_restricted" })
    expect((await approval).short).toBe("403 errors/account_restricted")
    expect((await solve(token, "222222")).short).toBe("503 errors/service_unavailable")
    respondToCode(201, created)
    expect((await code).short).toBe("201")
  })
})

describe("connected stays connected", () => {
  it("for a page that lost the response and repeats its request, at any relay, until the deadline", async () => {
    const { login, solve, other, sent, connected, advance } = hostTwo()
    const { token } = await login("2fa")
    await solve(token)
    const before = sent.length
    for (const again of [await solve(token), await other.solve(token, "000000"), await other.solve(token)]) {
      expect(again.short).toBe("201")
    }
    advance(299_000)
    expect((await other.solve(token)).short).toBe("201")
    advance(1_000)
    expect((await other.solve(token)).short).toBe("408 errors/request_timeout")
    expect([sent.length, connected.length]).toEqual([before, 1])
  })

  it("for a submit that connected at once, by the same user, provider and username, until the deadline", async () => {
    const { login, other, sent, connected, advance } = hostTwo({ fetch: always(201, created) })
    await login("Ada")
    expect([(await login("ada")).short, (await other.login(" ADA ")).short]).toEqual(["201", "201"])
    expect([sent.length, connected.length]).toEqual([1, 1])
    await other.login("ada", { user: "bob" })
    await login("ada", { provider: "LINKEDIN" })
    await login("adam")
    expect([sent.length, connected.length]).toEqual([4, 4])
    advance(300_000)
    await login("ada")
    expect(sent).toHaveLength(5)
  })
})

describe("one submit of the same user, provider and username is upstream at a time", () => {
  /** An API that holds each submit until the test responds to it. */
  function holdSubmits() {
    const held: ((response: ReturnType<Fetch>) => void)[] = []
    const fetch: Fetch = () =>
      new Promise((resolve, reject) => held.push((response) => void Promise.resolve(response).then(resolve, reject)))
    const respond = (index: number, status: number, body: unknown) =>
      held[index]?.(always(status, body)("", {} as never))
    return { fetch, respond, arrival: (count: number) => vi.waitFor(() => expect(held).toHaveLength(count)) }
  }

  it("across two relays, and the second is connected when it comes again", async () => {
    const { fetch, respond, arrival } = holdSubmits()
    const { login, other, sent, connected } = hostTwo({ fetch })
    const first = login("ada")
    await arrival(1)
    const second = await other.login(" ADA ")
    expect([second.short, second.headers.get("retry-after")]).toEqual(["503 errors/service_unavailable", "1"])
    respond(0, 201, created)
    expect((await first).short).toBe("201")
    expect((await other.login("ada")).short).toBe("201")
    expect([sent.length, connected.length]).toEqual([1, 1])
  })

  it("which is of no other user, username or provider", async () => {
    const { fetch, respond, arrival } = holdSubmits()
    const { login, other } = hostTwo({ fetch })
    const all = [
      login("ada"),
      other.login("ada", { user: "bob" }),
      other.login("adam"),
      login("ada", { provider: "LINKEDIN" }),
    ]
    await arrival(4)
    for (const index of all.keys()) respond(index, 202, checkpoint)
    expect((await Promise.all(all)).map(({ short }) => short)).toEqual(Array(4).fill("202 IN_APP_VALIDATION"))
  })

  it.each<[string, number, unknown]>([
    ["a checkpoint", 202, checkpoint],
    ["a refusal", 401, { type: "errors/invalid_credentials" }],
  ])("and after %s the next may go", async (_, status, body) => {
    const { fetch, respond, arrival } = holdSubmits()
    const { login, other } = hostTwo({ fetch })
    const first = login("ada")
    await arrival(1)
    respond(0, status, body)
    await first
    const next = other.login("ada")
    await arrival(2)
    respond(1, 201, created)
    expect((await next).short).toBe("201")
  })

  it("and one that outlived its turn is connected where the next one was", async () => {
    const { fetch, respond, arrival } = holdSubmits()
    const { login, other, advance, connected } = hostTwo({ fetch })
    const first = login("ada")
    await arrival(1)
    advance(35_000)
    const next = other.login("ada")
    await arrival(2)
    respond(1, 201, created)
    expect((await next).short).toBe("201")
    respond(0, 409, { type: "errors/already_exists" })
    expect((await first).short).toBe("201")
    expect(connected).toHaveLength(1)
  })
})

describe("a login that has ended", () => {
  it.each([
    [403, "errors/account_restricted"],
    [409, "errors/already_exists"],
    [500, "errors/authentication_intent_error"],
  ])("by a %i %s sends nothing more", async (status, type) => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve, other, sent } = hostTwo({ fetch })
    const { token } = await login("x")
    const first = solve(token, "111111")
    ;(await arrival("111111"))(status, { type })
    expect((await first).short).toBe(`${status} ${type}`)
    expect((await other.solve(token, "222222")).short).toBe("403 errors/unknown_authentication_context")
    expect(sent).toHaveLength(2)
  })

  it.each([302, 407, 421])("is not one whose page is told to try a %i again", async (status) => {
    const { fetch, arrival } = holdSolutions()
    const stop = { "errors/odd": { status: 407, recovery: "stop" as const } }
    const { login, solve } = hostRelay({ fetch, failures: stop })
    const { token } = await login("x")
    const first = solve(token, "111111")
    ;(await arrival("111111"))(status, { type: "errors/odd" })
    expect(JSON.parse((await first).text)).toMatchObject({ recovery: "retry" })
    const next = solve(token, "222222")
    ;(await arrival("222222"))(201, created)
    expect((await next).short).toBe("201")
  })

  it("is not one whose approval was canceled by another", async () => {
    const { fetch, arrival } = holdSolutions()
    const { login, solve } = hostRelay({ fetch })
    const { token } = await login("x")
    const first = solve(token, undefined, { kind: "inApp" })
    ;(await arrival("in_app_validation"))(409, { type: "errors/operation_canceled" })
    expect((await first).short).toBe("409 errors/operation_canceled")
    const next = solve(token, "111111")
    ;(await arrival("111111"))(201, created)
    expect((await next).short).toBe("201")
  })
})

it("a page that leaves aborts nothing upstream", async () => {
  let signal: AbortSignal | undefined
  const { fetch, arrival } = holdSolutions()
  const record: Fetch = (url, init) => {
    signal = init.signal
    return fetch(url, init)
  }
  const { login, relay, connected } = hostRelay({ fetch: record })
  const { token } = await login("x")
  const page = new AbortController()
  const response = relay(
    new Request("https://app.example.com/api/auth/accounts/checkpoint", {
      method: "POST",
      headers: { "content-type": "application/json", "x-user": "ada" },
      body: JSON.stringify({ provider: "INSTAGRAM", token, solution: { kind: "code", value: "111111" } }),
      signal: page.signal,
    }),
  )
  const respond = await arrival("111111")
  page.abort()
  expect(signal?.aborted).toBe(false)
  respond(201, created)
  expect((await response).status).toBe(201)
  expect(connected).toHaveLength(1)
})

it("a request that outlived its turn ends nothing that goes on without it", async () => {
  let time = 0
  const store = createMemoryStore({ clock: { now: () => time } })
  const turns = { key: "login:1", expiresAt: () => time + 300_000 }
  const begin = async () => {
    const begun = await beginRequest(store, turns, { kind: "code", now: () => time })
    return "holder" in begun ? begun.holder : expect.fail("nothing is connected")
  }
  const slow = await begin()
  time = 35_001
  const next = await begin()
  await endRequest(store, turns, next, "open")
  await endRequest(store, turns, slow, "ended")
  expect(await begin()).toEqual(expect.any(String))
})
