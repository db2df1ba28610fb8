import { describe, expect, it } from "vitest"
import type { Fetch } from "../../../src/http/post-json.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import { createTurns } from "../../../src/server/relay/turns.ts"
import type { Store } from "../../../src/server/store.ts"
import { always, approval, createPoster, holdRequests, hostRelay, hostTwo, type Relayed } from "./host-relay.ts"

const checkpoint = { object: "Checkpoint", account_id: "acc_1", checkpoint: { type: "IN_APP_VALIDATION" } }
const created = { object: "AccountCreated", account_id: "acc_1" }
const wrong = { type: "errors/invalid_checkpoint_solution" }

const busy = "503 errors/service_unavailable"
const wrongCode = "401 errors/invalid_checkpoint_solution"
/** Opens a login in front of an API that holds requests. */
async function begin<Host extends ReturnType<typeof hostRelay>>(host: (fetch: Fetch) => Host) {
  const { fetch, hold } = holdRequests()
  const opened = host(fetch)
  const { token } = await opened.login("x")
  /** Solves the checkpoint, and returns the page's reply. */
  const solve = async (code: string, by: Pick<Host, "solve"> = opened): Promise<Relayed> =>
    code === approval ? by.solve(token, undefined, { kind: "inApp" }) : by.solve(token, code)
  return {
    ...opened,
    token,
    hold,
    solve,
    short: async (code: string) => (await solve(code)).short,
    /** Sends a solution, and waits until it is upstream. */
    send: (code: string, by?: Pick<Host, "solve">) => hold(code, solve(code, by)),
  }
}

const beginAtTwo = (options: Parameters<typeof hostTwo>[0] = {}) => begin((fetch) => hostTwo({ fetch, ...options }))

/** A relay whose store is slow for the keys that a pattern matches. */
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

describe("a request that a browser sends again by itself, after a 408 over a connection that was kept,", () => {
  const timedOut = "408 errors/request_timeout"
  const credentials = { username: "ada", password: "correct horse" }

  it("goes upstream once, and the person's next one does", async () => {
    let status = 408
    const respond: Fetch = (url, init) =>
      url.endsWith("/checkpoint")
        ? always(status, { type: "errors/request_timeout" })(url, init)
        : always(202, checkpoint)(url, init)
    const { login, post, sent } = hostRelay({ fetch: respond })
    const { token } = await login("ada")
    const code = { provider: "INSTAGRAM", token, solution: { kind: "code", value: "123456" } }
    const send = async (id?: number) => (await post({ ...code, id }, { path: "/accounts/checkpoint" })).short
    expect([await send(0.1), await send(0.1)]).toEqual([timedOut, timedOut])
    expect(sent).toHaveLength(2)
    expect([await send(0.2), await send(0.2), await send(), await send()]).toEqual(Array(4).fill(timedOut))
    expect(sent).toHaveLength(5)
    status = 400
    expect(await send(0.3)).toBe("400 errors/request_timeout")
  })

  it("goes upstream once before there is a login, too", async () => {
    const { post, sent } = hostRelay({ fetch: always(408, { type: "errors/request_timeout" }) })
    const send = async (id: number) => (await post({ provider: "INSTAGRAM", credentials, id })).short
    expect([await send(0.1), await send(0.1), await send(0.2)]).toEqual([timedOut, timedOut, timedOut])
    expect(sent).toHaveLength(2)
  })
})

describe("a request that a browser sends again by itself, as its connection was lost,", () => {
  const unknown = "504 errors/request_timeout"
  const credentials = { username: "ada", password: "correct horse" }
  const submit = { provider: "INSTAGRAM", credentials }
  const met = "202 IN_APP_VALIDATION"

  it("goes upstream once, and the page learns that the response is not known", async () => {
    const { post, sent } = hostRelay({ fetch: always(202, checkpoint) })
    const send = async (id: number) => (await post({ ...submit, id })).short
    expect([await send(0.1), await send(0.2), await send(0.1), await send(0.2)]).toEqual([met, met, unknown, unknown])
    expect(sent).toHaveLength(2)
    for (const next of [0.3, 0.4, 0.5]) expect(await send(next)).toBe(met)
    expect(await send(0.5)).toBe(unknown)
  })

  it("goes upstream once while it is still there", async () => {
    const { post, token, hold, sent } = await begin((fetch) => hostRelay({ fetch }))
    const code = { provider: "INSTAGRAM", token, solution: { kind: "code", value: "111111" }, id: 0.3 }
    const send = () => post(code, { path: "/accounts/checkpoint" })
    const respond = await hold("111111", send())
    expect((await send()).short).toBe(unknown)
    expect(await respond(201, created)).toBe("201")
    expect((await send()).short).toBe("201")
    expect(sent).toHaveLength(2)
  })

  it("is no repeated one where nothing was sent: the store had failed, or the API was not there", async () => {
    let isDown = true
    const memory = createMemoryStore()
    const store: Store = {
      get: memory.get,
      swap: async (...entry) => (isDown && /^submits:/.test(entry[0]) ? expect.fail("down") : memory.swap(...entry)),
    }
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" })
    let fetch: Fetch = () => Promise.reject(refused)
    const { post, sent } = hostRelay({ store, fetch: (...request) => fetch(...request) })
    const send = async () => (await post({ ...submit, id: 0.1 })).short
    expect([await send(), await send()]).toEqual([busy, busy])
    isDown = false
    expect([await send(), await send()]).toEqual([busy, busy])
    fetch = always(202, checkpoint)
    expect([await send(), await send()]).toEqual([met, unknown])
    expect(sent).toHaveLength(3)
  })

  it("is named by a number from 0 to 1 alone", async () => {
    const { post, sent } = hostRelay({ fetch: always(202, checkpoint) })
    // JSON parses the first as Infinity, and the store would write it as null.
    for (const id of ["1e999", "-1", "2", '"0.1"']) {
      const { short } = await post(JSON.stringify({ ...submit, id: 0 }).replace('"id":0', `"id":${id}`))
      expect(short).toBe("400 errors/invalid_parameters")
    }
    expect(sent).toEqual([])
  })

  it("is refused as before where a limit had refused it", async () => {
    const { post, sent } = hostRelay({ fetch: always(202, checkpoint), limits: { submits: 1 } })
    const send = async (id: number) => (await post({ ...submit, id })).short
    const limited = "429 errors/unknown"
    expect([await send(0.1), await send(0.2), await send(0.2)]).toEqual([met, limited, limited])
    expect(sent).toHaveLength(1)
  })
})

it("an account that was connected is noted though the turn has lapsed and another has it", async () => {
  let time = 1_800_000_000_000
  const now = () => time
  const store = createMemoryStore({ clock: { now } })
  const turns = createTurns({ store, key: "login:1", expiresAt: () => time + 300_000, limits: {}, now })
  const begun = await turns.begin("code", undefined)
  time += 35_000
  await turns.begin("code", undefined)
  expect(await turns.end("holder" in begun ? begun.holder : "", { connected: "acc_1" })).toBe("acc_1")
  expect(await turns.findConnected()).toBe("acc_1")
})

describe("one request of a login is upstream at a time", () => {
  it("a turn is held for the whole timeout of the API, however long the store took", async () => {
    const { send, short, advance, slow } = await begin((fetch) => hostSlow("get", { fetch }))
    slow.ms = 4_000
    await send("111111")
    slow.ms = 0
    advance(34_000)
    expect(await short("222222")).toBe(busy)
  })

  it("a turn that was taken before the clock was set back an hour is held no more", async () => {
    const { send, advance } = await beginAtTwo()
    await send("111111")
    advance(-3_600_000)
    const respond = await send("222222")
    expect(await respond(201, created)).toBe("201")
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
    const { login, sent, slow, problems } = hostSlow("get", {}, /^(submits|username):/)
    slow.ms = 2_501
    expect((await login("2fa")).short).toBe(busy)
    expect([sent.length, problems.map(({ code }) => code)]).toEqual([0, ["store_failed"]])
    // The refused login has released its turn.
    slow.ms = 2_500
    expect((await login("2fa")).short).toBe("202 2FA")
  })

  it("a login whose process has died upstream is free again 35 s later, and a late response ends nothing", async () => {
    const { send, short, advance } = await beginAtTwo()
    const late = await send("111111")
    advance(34_999)
    expect(await short("222222")).toBe(busy)
    advance(1)
    const respond = await send("222222")
    expect(await late(403, { type: "errors/account_restricted" })).toBe("403 errors/account_restricted")
    expect(await short("333333")).toBe(busy)
    expect(await respond(401, wrong)).toBe(wrongCode)
    await send("333333")
  })
})

describe("a code overtakes an approval", () => {
  it.each<[string, number, unknown, number?]>([
    ["is refused then", 400, { type: "errors/invalid_request" }],
    ["gets a 201 then, too", 201, created],
    ["gets one past the deadline, too", 201, created, 10_000],
  ])("and the approval's 201 is connected once, for both, where the code %s", async (_, status, body, ms = 0) => {
    const { send, other, connected, advance } = await beginAtTwo()
    advance(299_999)
    const approve = await send(approval)
    const respond = await send("111111", other)
    advance(ms)
    expect(await approve(201, created)).toBe("201")
    expect(await respond(status, body)).toBe("201")
    expect(connected).toHaveLength(1)
  })

  it("and an approval that was overtaken ends nothing and frees nothing", async () => {
    const { send, other, short } = await beginAtTwo()
    const approve = await send(approval)
    const respond = await send("111111", other)
    expect(await approve(403, { type: "errors/account_restricted" })).toBe("403 errors/account_restricted")
    expect(await short("222222")).toBe(busy)
    expect(await respond(201, created)).toBe("201")
  })

  it("and a code that was refused leaves the approval its turn", async () => {
    const { send, short } = await beginAtTwo()
    await send(approval)
    const respond = await send("111111")
    expect(await respond(401, wrong)).toBe(wrongCode)
    expect(await short(approval)).toBe(busy)
  })
})

it("what one process remembers is forgotten by the clock that its relay was given", async () => {
  const { login, sent, advance } = hostRelay({ fetch: always(201, created) })
  await login("ada")
  await login("ada")
  expect(sent).toHaveLength(1)
  advance(300_000)
  await login("ada")
  expect(sent).toHaveLength(2)
})

it("connected stays connected for a submit that connected at once, by the same user, provider and username, until the deadline", async () => {
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

describe("one submit of the same user, provider and username is upstream at a time", () => {
  it("across two relays, and the second is connected when it comes again", async () => {
    const { hold, login, other, sent, connected } = await beginAtTwo()
    sent.length = 0
    const respond = await hold("ada", login("ada"))
    const second = await other.login(" ADA ")
    expect([second.short, second.headers.get("retry-after")]).toEqual([busy, "1"])
    expect(await respond(201, created)).toBe("201")
    expect((await other.login("ada")).short).toBe("201")
    expect([sent.length, connected.length]).toEqual([1, 1])
  })

  it.each<[string, number, unknown]>([
    ["a checkpoint", 202, checkpoint],
    ["a refusal", 401, { type: "errors/invalid_credentials" }],
  ])("and after %s the next may go", async (_, status, body) => {
    const { hold, login, other } = await beginAtTwo()
    const first = await hold("ada", login("ada"))
    await first(status, body)
    const next = await hold("ada", other.login("ada"))
    expect(await next(201, created)).toBe("201")
  })

  it("and one that outlived its turn is connected where the next one was", async () => {
    const { hold, login, other, advance, connected } = await beginAtTwo()
    const first = await hold("ada", login("ada"))
    advance(35_000)
    const next = await hold("ada", other.login("ada"))
    expect(await next(201, created)).toBe("201")
    expect(await first(409, { type: "errors/already_exists" })).toBe("201")
    expect(connected).toHaveLength(1)
  })
})

describe("a login that has ended", () => {
  it("by its credentials alone leaves others to be tried", async () => {
    const { login, sent } = hostRelay({ fetch: always(403, { type: "errors/account_restricted" }) })
    const shorts = [(await login("ada")).short, (await login("ada")).short]
    expect([...shorts, sent.length]).toEqual([...Array(2).fill("403 errors/account_restricted"), 2])
  })

  it.each([
    [403, "errors/account_restricted"],
    [409, "errors/already_exists"],
    [500, "errors/authentication_intent_error"],
  ])("by a %i %s sends nothing more", async (status, type) => {
    const { send, short, sent } = await beginAtTwo()
    const respond = await send("111111")
    expect(await respond(status, { type })).toBe(`${status} ${type}`)
    expect(await short("222222")).toBe("403 errors/unknown_authentication_context")
    expect(sent).toHaveLength(2)
  })

  it.each([
    ["whose page may try a 302 again", "111111", 302, "errors/odd", "502 errors/proxy_error"],
    ["whose page may try a 407 again", "111111", 407, "errors/odd", busy],
    ["whose page may try a 421 again", "111111", 421, "errors/odd", busy],
    ["whose approval was canceled by another", approval, 409, "errors/operation_canceled", /^409/],
  ])("is not one %s", async (_, code, status, type, received) => {
    const stop = { "errors/odd": { status: 407, recovery: "stop" as const } }
    const { send } = await beginAtTwo({ failures: stop })
    const respond = await send(code)
    expect(await respond(status, { type })).toMatch(received)
    const next = await send("222222")
    expect(await next(201, created)).toBe("201")
  })
})

it("a page that leaves aborts nothing upstream", async () => {
  const signals: (AbortSignal | undefined)[] = []
  const { relay, token, hold, connected } = await begin((fetch) =>
    hostRelay({
      fetch: (url, init) => {
        signals.push(init.signal)
        return fetch(url, init)
      },
    }),
  )
  const page = new AbortController()
  const request = new Request("https://app.example.com/api/auth/accounts/checkpoint", {
    method: "POST",
    headers: { "content-type": "application/json", "x-user": "ada" },
    body: JSON.stringify({ provider: "INSTAGRAM", token, solution: { kind: "code", value: "111111" } }),
    signal: page.signal,
  })
  const respond = await hold(
    "111111",
    relay(request).then(({ status }) => ({ short: `${status}` })),
  )
  page.abort()
  expect(signals.at(-1)?.aborted).toBe(false)
  expect(await respond(201, created)).toBe("201")
  expect(connected).toHaveLength(1)
})
