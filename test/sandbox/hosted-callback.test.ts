import type { ServerResponse } from "node:http"
import { setImmediate as turn } from "node:timers/promises"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import type { Fetch } from "../../src/http/post-json.ts"
import { createOutbox } from "../../src/sandbox/create-outbox.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createDeferred } from "../harness/deferred.ts"
import { holdTimers } from "../harness/hold-timers.ts"
import { serve } from "../harness/serve.ts"
import { createClient } from "./client.ts"
import { createBrowser } from "./hosted-browser.ts"
import { createLink, start, startsAt } from "./hosted-link.ts"

const { visit } = createBrowser()

/** Follows a new link to its end. */
async function walk(sandbox: { url: string }, more: object, username = "ok") {
  const page = await visit(await createLink(sandbox, { providers: "IMAP", ...more }))
  return page.press("Continue", { Username: username, Password: "correct horse" })
}

type Reply = number | ((response: ServerResponse) => void)

/** Receives posts over HTTP during a test. Each post gets the next reply; the last reply repeats. */
async function startHook(...replies: [Reply, ...Reply[]]) {
  const received: { method: string | undefined; type: string | undefined; body: unknown }[] = []
  const waiting = new Map<number, () => void>()
  const { url } = await serve(({ method, headers, body }, raw) => {
    const count = received.push({ method, type: headers["content-type"], body: JSON.parse(body) })
    const reply = replies[Math.min(count, replies.length) - 1]
    if (typeof reply === "function") reply(raw)
    else raw.writeHead(reply ?? 500).end()
    waiting.get(count)?.()
    return undefined
  })
  /** Waits for this many posts. */
  async function until(count: number): Promise<void> {
    if (received.length < count) await new Promise<void>((resolve) => waiting.set(count, resolve))
  }
  return { url: `${url}/hook`, received, until }
}

describe("the callback", () => {
  const created = { status: "CREATION_SUCCESS", account_id: expect.stringMatching(/^acc_[\w-]{20,}$/) }
  const reconnect = { type: "reconnect", reconnect_account: "e54m8LR22bA7G5qsAc8w" }
  const reconnected = { status: "RECONNECTED", account_id: "e54m8LR22bA7G5qsAc8w" }

  it.each([
    ["the new account and the name of the link", { name: "user_1234" }, { ...created, name: "user_1234" }],
    ["no name where there is none", {}, created],
    ["an account that was connected again by the id that it had", reconnect, reconnected],
  ])("reports %s", async (_, more, body) => {
    const [server, hook] = [await start(), await startHook(204)]
    await walk(server, { ...more, notify_url: hook.url })
    await hook.until(1)
    expect(hook.received).toEqual([{ method: "POST", type: "application/json", body }])
  })

  it("comes at the end, and only where that is a connected account", async () => {
    const [server, hook] = [await start(), await startHook(200)]
    const reported = { notify_url: hook.url }
    await (await visit(await createLink(server, reported))).press("Cancel")
    await walk(server, reported, "nobody")
    await walk(server, reported, "error:403:errors/account_restricted")
    const checkpoint = await walk(server, reported, "2fa")
    expect(hook.received).toEqual([])
    await checkpoint.press("Continue", { Code: "123456" })
    await hook.until(1)
    expect(hook.received).toHaveLength(1)
  })

  it("comes once, however often the last form is sent", async () => {
    const [server, hook] = [await start(), await startHook(200)]
    const page = await visit(await createLink(server, { providers: "IMAP", notify_url: hook.url }))
    const send = () => page.press("Continue", { Username: "ok", Password: "correct horse" })
    await Promise.all([send(), send(), send()])
    await hook.until(1)
    server.advance(86_400_000)
    expect((await send()).title).toBe("Your account is connected")
    expect(hook.received).toHaveLength(1)
  })

  it("is not waited for", async () => {
    const [server, hook] = [await start(), await startHook(() => {})]
    const page = await walk(server, { notify_url: hook.url, success_redirect_url: "https://app.example.com/done" })
    expect(page.url).toBe("https://app.example.com/done")
    await hook.until(1)
  })

  it("follows no redirect", async () => {
    holdTimers()
    const [server, elsewhere] = [await start(), await startHook(200)]
    const hook = await startHook((response) => response.writeHead(307, { location: elsewhere.url }).end(), 200)
    await walk(server, { notify_url: hook.url })
    await hook.until(1)
    while (hook.received.length < 2) {
      server.advance(1)
      await turn()
    }
    expect(elsewhere.received).toEqual([])
  })
})

describe("an outbox", () => {
  const url = "https://app.example.com/notify"

  type Result = number | "no connection" | "no response"

  /** An outbox. Its posts have the listed results in turn; the last repeats. The default clock stands still. */
  function create(results: [Result, ...Result[]], clock?: () => number) {
    let time = startsAt
    const now = clock ?? (() => time)
    let arrived = createDeferred()
    const sent: { url: string; at: number; body: unknown; signal: AbortSignal }[] = []
    const fetch: Fetch = (url, { body, signal }) => {
      const result = results[sent.length] ?? results.at(-1)
      sent.push({ url, at: now() - startsAt, body: JSON.parse(body), signal })
      arrived.resolve()
      if (result === "no response") return new Promise(() => {})
      if (result === "no connection") throw new TypeError("fetch failed")
      return new Response(null, { status: Number(result) })
    }
    const outbox = createOutbox({ fetch, now })
    onTestFinished(outbox.close)
    return {
      ...outbox,
      sent,
      async post(body: object) {
        arrived = createDeferred()
        outbox.post(url, body)
        await arrived.promise
        await settled()
      },
      async advance(ms: number) {
        time += ms
        outbox.flush()
        await settled()
      },
    }
  }

  /** Takes some turns of the event loop, in which a response is read to its end. */
  async function settled() {
    for (let turns = 0; turns < 20; turns++) await turn()
  }

  it("is looked at every minute where a clock was set back by years", async () => {
    let time = startsAt
    const outbox = create([503], () => time)
    const arm = vi.spyOn(globalThis, "setTimeout")
    await outbox.post({})
    time -= 1e12
    const retry = arm.mock.calls.find(([, ms]) => ms === 1_000) ?? expect.fail("Nothing is tried again")
    retry[0]()
    expect(arm.mock.lastCall?.[1]).toBe(60_000)
    // The timer keeps no process alive.
    expect(arm.mock.results.at(-1)?.value.hasRef()).toBe(false)
  })

  const failures = [301, 400, 401, 404, 429, 500, 503, "no connection"] as const

  it.each<[[Result, ...Result[]], number[]]>([
    [[200], [0]],
    [[201], [0]],
    [[204], [0]],
    [[299], [0]],
    [
      [500, 503, 200],
      [0, 1_000, 11_000],
    ],
    ...failures.map((result): [[Result], number[]] => [[result], [0, 1_000, 11_000, 71_000]]),
  ])("where %j comes back, posts at %j ms and no more", async (results, times) => {
    const { post, advance, sent } = create(results)
    await post({ a: 1 })
    for (const ms of [999, 1, 9_999, 1, 59_999, 1, 86_400_000]) await advance(ms)
    expect(sent.map(({ at }) => at)).toEqual(times)
    for (const each of sent) expect(each).toMatchObject({ url, body: { a: 1 } })
  })

  it("keeps each post to itself", async () => {
    const { post, advance, sent } = create([500, 200, 200])
    await post({ first: true })
    await advance(999)
    await post({ second: true })
    await advance(1)
    expect(sent.map(({ body }) => body)).toEqual([{ first: true }, { second: true }, { first: true }])
  })

  it("aborts a try that lasts more than 10 s, and tries again", async () => {
    holdTimers()
    const { post, advance, sent } = create(["no response", 200])
    await post({})
    // The next delay counts from the end of the try.
    await advance(10_000)
    vi.advanceTimersByTime(9_999)
    await settled()
    expect(sent[0]?.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    await settled()
    expect(sent[0]?.signal.aborted).toBe(true)
    await advance(999)
    expect(sent).toHaveLength(1)
    await advance(1)
    expect(sent).toHaveLength(2)
  })

  it("goes by real time as well", async () => {
    holdTimers("Date")
    vi.setSystemTime(startsAt)
    const { post, sent } = create([500], Date.now)
    await post({})
    for (const ms of [999, 1, 9_999, 1, 59_999, 1, 86_400_000]) {
      vi.advanceTimersByTime(ms)
      await settled()
    }
    expect(sent.map(({ at }) => at)).toEqual([0, 1_000, 11_000, 71_000])
    expect(vi.getTimerCount()).toBe(0)
  })

  it("tries once where the clock is moved before the timer goes off", async () => {
    holdTimers()
    const { post, advance, sent } = create([500, 200])
    await post({})
    await advance(1_000)
    vi.advanceTimersByTime(60_000)
    await settled()
    expect(sent).toHaveLength(2)
  })

  it("waits on where its clock has not come as far as its timer", async () => {
    holdTimers()
    let time = startsAt
    const { post, sent } = create([500, 200], () => time)
    await post({})
    vi.advanceTimersByTime(60_000)
    await settled()
    expect(sent).toHaveLength(1)
    time += 1_000
    vi.advanceTimersByTime(1_000)
    await settled()
    expect(sent).toHaveLength(2)
  })

  it("keeps nothing of a post that was responded to", async () => {
    const { post, close } = create([200])
    await post({})
    const abort = vi.spyOn(AbortController.prototype, "abort")
    close()
    expect(abort).not.toHaveBeenCalled()
  })

  it("leaves no timer and nothing on its way once it is closed", async () => {
    holdTimers()
    const { post, close, sent } = create([500, "no response"])
    await post({})
    await post({})
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    close()
    await settled()
    expect([vi.getTimerCount(), sent[1]?.signal.aborted, sent.length]).toEqual([0, true, 2])
  })
})

it("close breaks off a callback that is on its way", async () => {
  holdTimers()
  const broken: Promise<void>[] = []
  const hook = await startHook((response) => {
    broken.push(new Promise((resolve) => response.on("close", resolve)))
  })
  const server = await startSandbox({ clock: { now: () => startsAt } })
  await walk(server, { notify_url: hook.url })
  await hook.until(1)
  await server.close()
  await Promise.all(broken)
  expect(broken).toHaveLength(1)
})

describe("an account status", () => {
  const change = { account_id: "e54m8LR22bA7G5qsAc8w", status: "CREDENTIALS" }

  it("is posted on demand", async () => {
    const hook = await startHook(200)
    const { url } = await start({ statusUrl: `${hook.url}?key=secret` })
    const { status, body } = await createClient(fetch, url).post("/sandbox/account-status", change)
    expect({ status, body }).toEqual({ status: 200, body: { object: "SandboxAccountStatus", ...change } })
    await hook.until(1)
    expect(hook.received).toEqual([{ method: "POST", type: "application/json", body: change }])
  })

  it.each<[string, object, string]>([
    ["nothing", {}, "400 errors/missing_parameters"],
    ["no status", { account_id: "acc_1" }, "400 errors/missing_parameters"],
    ["an empty status", { account_id: "acc_1", status: "" }, "400 errors/invalid_parameters"],
    ["an account that is no text", { account_id: 1, status: "OK" }, "400 errors/invalid_parameters"],
  ])("is refused for %s", async (_, body, expected) => {
    const hook = await startHook(200)
    const { url } = await start({ statusUrl: hook.url })
    expect((await createClient(fetch, url).post("/sandbox/account-status", body)).short).toBe(expected)
    expect(hook.received).toEqual([])
  })

  it("needs the key, and a URL to post to", async () => {
    const { post } = createClient(fetch, (await start()).url)
    const path = "/sandbox/account-status"
    expect((await post(path, change, { "X-API-KEY": "wrong" })).short).toBe("401 errors/invalid_api_key")
    const { short, body } = await post(path, change)
    expect([short, body["detail"]]).toEqual(["400 errors/invalid_request", expect.stringContaining("statusUrl")])
  })
})
