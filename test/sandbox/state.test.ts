import { expect, it } from "vitest"
import { rememberNewest } from "../../src/sandbox/state.ts"

it("the oldest of more than 10 000 entries is forgotten", () => {
  const entries = new Map<string, number>()
  for (let count = 0; count < 10_000; count += 1) rememberNewest(entries, `acc_${count}`, count)
  expect(entries.size).toBe(10_000)
  rememberNewest(entries, "acc_new", 0)
  expect(entries.size).toBe(10_000)
  expect([entries.has("acc_0"), entries.has("acc_1"), entries.has("acc_new")]).toEqual([false, true, true])
})
