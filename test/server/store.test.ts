import fc from "fast-check"
import * as v from "valibot"
import { describe, expect, it } from "vitest"
import { createMemoryStore } from "../../src/server/memory-store.ts"
import { guardStore, type Store, StoreError, toStoreKey, updateEntry } from "../../src/server/store.ts"
import { heapUsed } from "../harness/heap-used.ts"
import { hostRelay, hostTwo } from "./relay/host-relay.ts"

const counter = v.object({ count: v.number() })

/** Adds one to a counter in a store. */
const add = (store: Store, key = "k") =>
  updateEntry(store, key, counter, (stored) => ({
    value: { count: (stored?.count ?? 0) + 1 },
    expiresAt: Number.MAX_SAFE_INTEGER,
  }))

describe("the store in memory", () => {
  it("does as a model of the port does, whatever is called and whenever", async () => {
    const key = fc.constantFrom("a", "b")
    const value = fc.constantFrom(undefined, "1", "2", "")
    const call = fc.record({ key, before: value, after: value, life: fc.integer({ min: -1, max: 3 }), wait: fc.nat(2) })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
        let time = 0
        const store = createMemoryStore({ clock: { now: () => time } })
        const model = new Map<string, { value: string; until: number }>()
        for (const { key, before, after, life, wait } of calls) {
          time += wait
          const entry = model.get(key)
          const current = entry && time < entry.until ? entry.value : undefined
          expect(await store.get(key)).toBe(current)
          expect(await store.swap(key, before, after, time + life)).toBe(current === before)
          if (current !== before) continue
          if (after === undefined) model.delete(key)
          else model.set(key, { value: after, until: time + life })
        }
      }),
    )
  })

  it.each([null, { clock: null }, { clock: 7 }, { clock: { now: 5 } }])("refuses the options %j", (options) => {
    const wrong = expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" })
    expect(() => createMemoryStore(options as never)).toThrow(wrong)
  })

  it("holds no more than what has not expired", async () => {
    let time = 0
    const store = createMemoryStore({ clock: { now: () => time } })
    const before = heapUsed()
    for (let each = 0; each < 200_000; each += 1) {
      time += 1
      await store.swap(`key ${each}`, undefined, "x".repeat(100) + each, time + 100)
    }
    expect(await store.get("key 199999")).toBeDefined()
    expect(heapUsed() - before).toBeLessThan(5_000_000)
  })

  it("lets go of a rush within an hour, though few come after it", async () => {
    let time = 0
    const store = createMemoryStore({ clock: { now: () => time } })
    const before = heapUsed()
    for (let each = 0; each < 100_000; each += 1)
      await store.swap(`key ${each}`, undefined, "x".repeat(100) + each, 100)
    time += 3_600_000
    await store.swap("one more", undefined, "x", time + 100)
    expect(heapUsed() - before).toBeLessThan(5_000_000)
    expect(await store.get("one more")).toBe("x")
  })
})

it("a store is called with whole times, whatever the host's clock", async () => {
  const memory = createMemoryStore()
  const times: number[] = []
  const swap: Store["swap"] = (...entry) => {
    times.push(entry[3])
    return memory.swap(...entry)
  }
  const { login } = hostRelay({ store: { ...memory, swap }, clock: { now: () => Date.now() + 0.4 } })
  expect((await login("ok")).short).toBe("201")
  expect([times.length > 0, times.filter((time) => !Number.isInteger(time))]).toEqual([true, []])
})

it("a key names one thing, and holds nothing of it", async () => {
  const single = ["", "ab", "a,b", 'a","b', "\ud800", "\ud801", "\ufffd", "\ufeffa", "a"].map((name) => [name])
  const lists = [...single, ["", ""], ["a", "b"]]
  const keys = await Promise.all(lists.map((names) => toStoreKey("use", ...names)))
  expect(new Set(keys).size).toBe(lists.length)
  for (const key of keys) expect(key).toMatch(/^use:[\da-f]{64}$/)
})

describe("an update", () => {
  it("that deletes what is not there swaps nothing", async () => {
    const store: Store = { get: async () => undefined, swap: () => expect.fail("swapped") }
    expect(await updateEntry(store, "k", counter, () => ({ value: undefined, expiresAt: 0 }))).toBeUndefined()
  })

  it("gives up where others change the entry each time", async () => {
    const store = guardStore({ get: async () => '{"count":1}', swap: async () => false })
    await expect(add(store)).rejects.toThrow(StoreError)
  })
})

it("a relay writes no user's id, no username, no password and no code into its store", async () => {
  const written: string[] = []
  const store = createMemoryStore()
  const { login, solve } = hostRelay({
    store: {
      get: store.get,
      swap: (...entry) => {
        written.push(JSON.stringify(entry))
        return store.swap(...entry)
      },
    },
  })
  const { token } = await login("2fa-then-otp", { user: "someone@example.com" })
  await solve(token, "246810", { user: "someone@example.com" })
  await solve(token, "123456", { user: "someone@example.com" })
  const text = written.join("\n")
  expect(written.length).toBeGreaterThan(4)
  for (const secret of ["someone", "2fa-then-otp", "pw-hunter2", "246810", "123456", token])
    expect(text).not.toContain(secret)
})

it("two relays whose store fails at random lose no account, and go on once it works", async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(9)), async (chances) => {
      let isCalm = false
      const maybe = async <Value>(run: () => Promise<Value>): Promise<Value> => {
        const chance = isCalm ? 9 : chances.next().value
        if (chance === 0) throw new Error("lost before")
        const value = await run()
        if (chance === 1) throw new Error("lost after")
        return value
      }
      const { pair, ...host } = hostTwo({}, (memory) => ({
        get: (key) => maybe(() => memory.get(key)),
        swap: (...entry) => maybe(() => memory.swap(...entry)),
      }))
      const token = await (async () => {
        for (;;) {
          const { token, status } = await pair[0].login("2fa")
          if (status === 202) return token
          // The store may have lost the release of the turn.
          host.advance(36_000)
        }
      })()
      await Promise.all(Array.from({ length: 8 }, (_, each) => pair[each % 2 === 0 ? 0 : 1].solve(token)))
      isCalm = true
      host.advance(41_000)
      const last = await pair[0].solve(token)
      expect(["201", "403 errors/unknown_authentication_context"]).toContain(last.short)
      // Whatever the store did, the host has received the connected account.
      expect(new Set(host.connected.map(({ accountId }) => accountId)).size).toBe(1)
      expect((await pair[1].login("ok")).short).toBe("201")
    }),
    { numRuns: 15 },
  )
})
