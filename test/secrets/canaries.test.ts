import { describe, expect, test } from "vitest"
import { logins } from "./logins.ts"
import { watchLogins } from "./watch-logins.ts"
import { wholeLogins } from "./whole-logins.ts"

const watch = watchLogins()

describe("No canary leaves", () => {
  for (const login of logins) {
    test(login.title, async () => {
      const { leaks, searched } = await watch(login)
      expect([...leaks]).toEqual([])
      expect([...searched.keys()]).toContain(login.ends ?? "failed")
    })
  }
})

/** Where each surface was searched over all whole logins, as "surface in state". */
async function placesSearched(): Promise<Set<string>> {
  const places = new Set<string>()
  for (const login of wholeLogins) {
    for (const [state, surfaces] of (await watch(login)).searched) {
      for (const surface of surfaces) places.add(`${surface} in ${state}`)
    }
  }
  return places
}

const states = [
  ...["idle", "submitting", "solving", "connected", "expired", "failed"],
  ...["twoFactor", "otp", "inApp", "phone", "unsupported"].map((kind) => `checkpoint.${kind}`),
]
const surfaces = [
  ...["actor", "snapshot", "context", "persisted snapshot", "saved intent", "step", "output", "clone"],
  ...["event", "@xstate.event", "@xstate.snapshot", "@xstate.microstep"].map((type) => `inspected ${type}`),
]

test("Every surface is searched in every state", async () => {
  const expected = states.flatMap((state) => surfaces.map((surface) => `${surface} in ${state}`))
  const places = await placesSearched()
  expect(expected.filter((place) => !places.has(place))).toEqual([])
})

test("What a late event prints is searched", async () => {
  const { searched } = await watch({ play: async () => {} })
  expect(searched.get("failed")).toContain("console.warn")
})
