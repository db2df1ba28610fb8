import { describe, expect, it, vi } from "vitest"
import type { Fetch } from "../../src/http/post-json.ts"
import type { ConnectedAccount, OnConnected } from "../../src/server/host.ts"
import { createMemoryStore } from "../../src/server/memory-store.ts"
import type { Store } from "../../src/server/store.ts"
import { holdTimers } from "../harness/hold-timers.ts"
import { throwing } from "../harness/throwing.ts"
import { always, createPoster, holdRequests, hostRelay, hostTwo } from "./relay/host-relay.ts"

const connectedBody = { object: "AccountCreated", account_id: "acc_1" }
const created = always(201, connectedBody)
/** An API that connects every account, and calls `call` at each request. */
const createdAfter =
  (call: () => void): Fetch =>
  (...request) => {
    call()
    return created(...request)
  }
const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "2FA" } }
const account = { userId: "ada", provider: "INSTAGRAM", accountId: "acc_1" }

/** Builds an `onConnected` whose first calls throw, and counts its calls. */
function createHost(failures: number) {
  const calls: ConnectedAccount[] = []
  const onConnected: OnConnected = (connected) => {
    calls.push(connected)
    if (calls.length <= failures) throw new Error("no database")
  }
  return { calls, onConnected }
}

describe("an account that the host could not store", () => {
  it.each<[string, (host: ReturnType<typeof hostRelay>) => Promise<{ short: string }>, string]>([
    ["the same submit", ({ login }) => login("ada"), "201"],
    ["another submit", ({ login }) => login("eve"), "201"],
    ["a solution with a forged token", ({ solve }) => solve("x"), "403 errors/unknown_authentication_context"],
    ["a malformed body", ({ post }) => post("{"), "400 errors/malformed_request"],
  ])("is 503 to its page, a problem, and delivered at the next request before all else: %s", async (_, next, short) => {
    const { calls, onConnected } = createHost(1)
    const host = hostRelay({ onConnected, fetch: created })
    expect((await host.login("ada")).short).toBe("503 errors/service_unavailable")
    const error = new Error("no database")
    expect(host.problems).toEqual([{ code: "account_undelivered", message: expect.any(String), error, ...account }])
    expect((await next(host)).short).toBe(short)
    expect(calls.slice(0, 2)).toEqual([account, account])
  })

  it("is delivered by another process, and at no other user's request", async () => {
    const { calls, onConnected } = createHost(1)
    const { other, ...one } = hostTwo({ onConnected })
    const { token } = await one.login("2fa")
    expect((await one.solve(token)).short).toBe("503 errors/service_unavailable")
    await other.login("2fa", { user: "bob" })
    expect(calls).toHaveLength(1)
    expect((await other.solve(token)).short).toBe("201")
    expect(calls).toHaveLength(2)
    expect((await one.solve(token)).short).toBe("201")
    expect(calls).toHaveLength(2)
  })

  it("is kept by a process that has no onConnected", async () => {
    const { calls, onConnected } = createHost(1)
    const store = createMemoryStore()
    const [first, second] = [onConnected, undefined].map((each) =>
      hostRelay({ store, onConnected: each, fetch: created }),
    )
    await first?.login("ada")
    await second?.login("eve")
    await first?.post("{")
    expect(calls).toEqual([account, account])
  })

  it("keeps its user from sending more as long as the host cannot store it", async () => {
    const { onConnected } = createHost(3)
    const { login, sent } = hostRelay({ onConnected, fetch: created })
    await login("ada")
    expect((await login("eve")).short).toBe("503 errors/service_unavailable")
    expect((await login("eve")).short).toBe("503 errors/service_unavailable")
    expect(sent).toHaveLength(1)
    expect((await login("eve")).short).toBe("201")
    expect(sent).toHaveLength(2)
  })
})

it("an account that the host cannot store keeps no other one of its user from it", async () => {
  const stored: string[] = []
  const onConnected: OnConnected = ({ accountId }) => {
    if (accountId === "acc_eve") throw new Error("a duplicate")
    stored.push(accountId)
  }
  const { fetch, hold } = holdRequests()
  const { login, problems } = hostRelay({ onConnected, fetch })
  const eve = await hold("eve", login("eve"))
  const ada = await hold("ada", login("ada"))
  expect(await eve(201, { ...connectedBody, account_id: "acc_eve" })).toBe("503 errors/service_unavailable")
  expect([await ada(201, { ...connectedBody, account_id: "acc_ada" }), stored]).toEqual(["201", ["acc_ada"]])
  expect(problems.map(({ accountId }) => accountId)).toEqual(["acc_eve", "acc_eve"])
})

describe("onConnected", () => {
  it("whose lock has lapsed leaves the rest to the one who has taken it", async () => {
    const host = hostRelay({ fetch: created })
    const store = createMemoryStore({ clock: host.clock })
    const calls: { accountId: string; end: () => void }[] = []
    const onConnected: OnConnected = ({ accountId }) => new Promise<void>((end) => calls.push({ accountId, end }))
    let next = 0
    const fetch: Fetch = (...request) => always(201, { ...connectedBody, account_id: `acc_${++next}` })(...request)
    const [one, other] = [1, 2].map(() => createPoster(host.host({ store, onConnected, fetch })))
    void one?.login("ada")
    await vi.waitFor(() => expect(calls).toHaveLength(1), { interval: 1 })
    // Meanwhile another account waits for its turn, and the clock is set forward.
    void one?.login("eve")
    await vi.waitFor(() => expect(next).toBe(2), { interval: 1 })
    host.advance(30_000)
    const response = other?.post("{")
    await vi.waitFor(() => expect(calls).toHaveLength(2), { interval: 1 })
    calls[0]?.end()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(calls.map(({ accountId }) => accountId)).toEqual(["acc_1", "acc_1"])
    calls[1]?.end()
    await vi.waitFor(() => expect(calls).toHaveLength(3), { interval: 1 })
    calls[2]?.end()
    expect((await response)?.short).toBe("400 errors/malformed_request")
  })

  it("that runs for more than 25 s is aborted, and is called again at the next request", async () => {
    holdTimers()
    const signals: AbortSignal[] = []
    const onConnected: OnConnected = (_, { signal }) => {
      signals.push(signal)
      return signals.length === 1 ? new Promise(() => {}) : undefined
    }
    const { login, problems } = hostRelay({ onConnected, fetch: created })
    const first = login("ada")
    while (signals.length === 0) await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(24_999)
    expect(signals[0]?.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(signals[0]?.aborted).toBe(true)
    vi.useRealTimers()
    expect((await first).short).toBe("503 errors/service_unavailable")
    expect(problems.map(({ code }) => code)).toEqual(["account_undelivered"])
    expect((await login("ada")).short).toBe("201")
    expect(signals).toHaveLength(2)
  })

  it("is called once at a time and aborted 5 s before its lock ends, however long the store took to lock", async () => {
    holdTimers()
    const host = hostRelay({ fetch: created })
    const memory = createMemoryStore({ clock: host.clock })
    let isSlow = false
    const store: Store = {
      async get(key) {
        if (isSlow) host.advance(5_000)
        isSlow = false
        return memory.get(key)
      },
      async swap(key, before, after, expiresAt) {
        const isSwapped = await memory.swap(key, before, after, expiresAt)
        if (!key.startsWith("pending:") || !after?.includes("holder")) return isSwapped
        // The store writes the lock, and its response is lost.
        host.advance(5_000)
        isSlow = true
        throw new Error()
      },
    }
    const calls: AbortSignal[] = []
    const onConnected: OnConnected = (_, { signal }) => {
      calls.push(signal)
      return calls.length > 1 || new Promise(() => {})
    }
    const { login, post } = createPoster(host.host({ store, onConnected }))
    void login("ada")
    while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    // Two calls of the store have used ten of the thirty seconds.
    host.advance(19_999)
    expect((await post("{")).short).toBe("400 errors/malformed_request")
    expect(calls).toHaveLength(1)
    // The repeated request waits for that call, and does not report the account before the host has it.
    const connected: unknown[] = []
    void login("ada").then(({ short }) => connected.push(short, calls.length))
    const waited = () => {
      vi.advanceTimersByTime(100)
      expect(connected).toEqual(["201", 2])
    }
    await vi.waitFor(waited, { interval: 1, timeout: 10_000 })
    expect(calls.map(({ aborted }) => aborted)).toEqual([true, false])
  })
})

/** A store that fails while `isFailing` is true, in one of several ways. */
function breakStore(store: Store, fail: () => Promise<never>, isFailing: () => boolean): Store {
  return {
    get: (key) => (isFailing() ? fail() : store.get(key)),
    swap: (...entry) => (isFailing() ? fail() : store.swap(...entry)),
  }
}

/** A store that ignores writes under keys of this prefix while `isFailing` is true. */
function createReadOnly(prefix: string, isFailing: () => boolean): Store {
  const { get, swap } = createMemoryStore()
  return {
    get,
    swap: (key, ...entry) => (isFailing() && key.startsWith(prefix) ? reject() : swap(key, ...entry)),
  }
}

const reject = () => Promise.reject(new Error())

const ways: Record<string, () => Promise<never>> = {
  rejects: () => Promise.reject(new Error("secret connection string")),
  throws: () => throwing(new Error("secret connection string")),
  "returns nonsense": async () => 7 as never,
  "returns text that is no entry": async () => "{}" as never,
}

describe.each(Object.entries(ways))("a store that %s", (way, fail) => {
  it("refuses what is not sent yet, and is a problem", async () => {
    const clock = hostRelay().clock
    let isFailing = false
    const store = breakStore(createMemoryStore({ clock }), fail, () => isFailing)
    const { login, solve, sent, problems } = hostRelay({ store })
    const { token } = await login("2fa")
    isFailing = true
    for (const response of [await login("ok"), await solve(token)]) {
      expect(response.short).toBe("503 errors/service_unavailable")
    }
    expect(sent).toHaveLength(1)
    expect(problems.map(({ code }) => code)).toEqual(["store_failed", "store_failed"])
    expect(JSON.stringify(problems)).not.toContain("secret")
    expect(problems[0]?.error instanceof Error).toBe(["rejects", "throws"].includes(way))
    isFailing = false
    expect((await solve(token)).short).toBe("201")
  })

  it("loses no account after a 201: it is delivered all the same, and is a problem with the account", async () => {
    const store = createMemoryStore()
    let isFailing = false
    const host = hostRelay({
      store: breakStore(store, fail, () => isFailing),
      fetch: createdAfter(() => {
        isFailing = true
      }),
    })
    expect((await host.login("ada")).short).toBe("201")
    expect(host.connected).toEqual([account])
    expect(host.problems).toContainEqual(expect.objectContaining({ code: "store_failed", ...account }))
  })
})

describe("a store that fails for a moment after a 201", () => {
  /** A store that rejects its first `failures` calls after the API has connected an account. */
  function hostFlaky(failures: number, onConnected: OnConnected) {
    let isConnected = false
    let remaining = failures
    const store = breakStore(createMemoryStore(), reject, () => isConnected && remaining-- > 0)
    const fetch = createdAfter(() => {
      isConnected = true
    })
    return hostRelay({ store, onConnected, fetch })
  }

  it.each([1, 2, 3, 4])("has forgotten nothing when the page repeats itself, %i failures later", async (failures) => {
    const { calls, onConnected } = createHost(0)
    const { login, sent } = hostFlaky(failures, onConnected)
    expect([(await login("ada")).short, (await login("ada")).short]).toEqual(["201", "201"])
    expect(sent).toHaveLength(1)
    expect(calls[0]).toEqual(account)
  })

  it.each<[string, (after: string | undefined) => boolean]>([
    ["takes the lock of onConnected", (after) => after?.includes('"lock"') === true],
    ["removes what was delivered", (after) => after === undefined],
  ])("delivers once, and at once, where what %s is written and its response lost", async (_, isLost) => {
    const store = createMemoryStore()
    /** The number of failed calls: a swap, and the call that would have recognized it. */
    let failures = 0
    const get: Store["get"] = async (key) => {
      if (failures === 1) {
        failures = 2
        throw new Error("no store")
      }
      return store.get(key)
    }
    const swap: Store["swap"] = async (key, before, after, expiresAt) => {
      const isSwapped = await store.swap(key, before, after, expiresAt)
      if (failures !== 0 || !key.startsWith("pending:") || !isLost(after)) return isSwapped
      failures = 1
      throw new Error("no store")
    }
    const { login, connected } = hostRelay({ store: { get, swap }, fetch: created })
    expect((await login("ada")).short).toBe("201")
    expect(connected).toEqual([account])
  })

  it("responds with 503 where an account can be kept once the host has failed to store it", async () => {
    let isFailing = true
    const store = createReadOnly("pending:", () => isFailing)
    const onConnected = vi.fn(async () => {
      if (!isFailing) return
      isFailing = false
      throw new Error("no database")
    })
    const { login, sent } = hostRelay({ store, onConnected, fetch: created })
    expect([(await login("ada")).short, (await login("ada")).short]).toEqual(["503 errors/service_unavailable", "201"])
    expect([sent.length, onConnected.mock.calls.length]).toEqual([1, 2])
  })

  it.each([
    ["kept", "pending:"],
    ["noted", "submit:"],
  ])("leaves a page in doubt where an account is %s nowhere and the host has never stored it", async (_, prefix) => {
    const { calls, onConnected } = createHost(1)
    let isFailing = false
    const store = createReadOnly(prefix, () => isFailing)
    const fetch = createdAfter(() => {
      isFailing = true
    })
    const { login, advance } = hostRelay({ store, onConnected, fetch })
    expect((await login("ada")).short).toBe("504 errors/request_timeout")
    isFailing = false
    advance(36_000)
    expect((await login("ada")).short).toBe("201")
    expect(calls.length).toBeGreaterThan(1)
  })
})

it("a store that fails once after a wrong code does not keep the login from the next one", async () => {
  let isFailing = false
  const fail = () => {
    isFailing = false
    return reject()
  }
  const store = breakStore(createMemoryStore(), fail, () => isFailing)
  const fetch: Fetch = async (url, init) => {
    if (url.endsWith("/accounts")) return always(202, checkpoint)(url, init)
    isFailing = true
    return always(401, { type: "errors/invalid_checkpoint_solution" })(url, init)
  }
  const { login, solve, problems } = hostRelay({ store, fetch })
  const { token } = await login("x")
  const shorts = [(await solve(token, "111111")).short, (await solve(token, "222222")).short]
  expect(shorts).toEqual(Array(2).fill("401 errors/invalid_checkpoint_solution"))
  expect(problems).toEqual([])
})

it("a store that hangs is one that failed, five seconds later", async () => {
  holdTimers()
  const store: Store = { get: () => new Promise(() => {}), swap: () => new Promise(() => {}) }
  const { login, sent, problems } = hostRelay({ store })
  const response = login("ok")
  await vi.advanceTimersByTimeAsync(0)
  for (let each = 0; each < 50; each += 1) await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(5_000)
  vi.useRealTimers()
  expect((await response).short).toBe("503 errors/service_unavailable")
  expect([sent.length, problems.map(({ code }) => code)]).toEqual([0, ["store_failed"]])
})

it("a store that is in memory is reported once, and one that is given is not", async () => {
  const codes: string[] = []
  const onProblem = ({ code }: { code: string }) => codes.push(code)
  const one = hostRelay({ onProblem })
  await one.login("ok")
  await one.login("2fa")
  const other = hostRelay({ onProblem, store: createMemoryStore() })
  await other.login("ok")
  expect(codes).toEqual(["store_in_memory"])
})

it.each([
  ["rejects", () => Promise.reject(new Error("hush"))],
  ["throws", () => throwing(new Error("hush"))],
  ["is missing", undefined],
])("an account is written to the console, whatever its host threw, where onProblem %s", async (_, onProblem) => {
  const write = vi.spyOn(console, "error").mockImplementation(() => {})
  const odd = Object.assign(new Error("no database"), { constructor: undefined })
  const onConnected = vi.fn().mockRejectedValueOnce(odd)
  const { login } = hostRelay({ onConnected, onProblem, fetch: created })
  expect([(await login("ada")).short, (await login("ada")).short]).toEqual(["503 errors/service_unavailable", "201"])
  expect(onConnected).toHaveBeenCalledTimes(2)
  const lines = write.mock.calls.flat().join("\n")
  expect(lines).toContain("account_undelivered: onConnected threw or timed out")
  expect(lines).toContain('"accountId":"acc_1"')
  expect(lines).not.toMatch(/hush|no database/)
})
