import { describe, expect, it } from "vitest"
import { createTestClock } from "../../src/testing/create-test-clock.ts"

/** A clock with timers that record when they fire, by their own clock. */
function setTimers(...delays: number[]) {
  const clock = createTestClock()
  const fired: [delay: number, at: number][] = []
  const ids = delays.map((delay) => clock.setTimeout(() => fired.push([delay, clock.now()]), delay))
  return { clock, fired, ids }
}

describe("createTestClock", () => {
  it("starts at 0 and stands still", () => {
    const { clock, fired } = setTimers(0)
    expect([clock.now(), fired]).toEqual([0, []])
  })

  it("fires each timer in order and at its own moment", () => {
    const { clock, fired } = setTimers(300, 100, 200, 400)
    clock.advance(300)
    expect(fired.map(([, at]) => at)).toEqual([100, 200, 300])
    expect(clock.now()).toBe(300)
  })

  it("fires a timer that another one arms on the way", () => {
    const clock = createTestClock()
    const at: number[] = []
    const again = () => {
      at.push(clock.now())
      clock.setTimeout(again, 10)
    }
    clock.setTimeout(again, 10)
    clock.advance(35)
    expect([at, clock.now()]).toEqual([[10, 20, 30], 35])
  })

  it("goes back by a jump alone, and not where a timer moves it on further", async () => {
    const clock = createTestClock()
    clock.setTimeout(() => clock.advance(1_000), 5)
    clock.advance(10)
    expect(clock.now()).toBe(1_005)
    clock.setTimeout(() => clock.advance(1_000), 5)
    await clock.advanceAsync(10, async () => {})
    expect(clock.now()).toBe(2_010)
  })

  it("fires no timer that was cleared, not even by another one", () => {
    const { clock, fired, ids } = setTimers(10, 20)
    clock.setTimeout(() => clock.clearTimeout(ids[1] ?? 0), 15)
    clock.clearTimeout(ids[0] ?? 0)
    clock.advance(100)
    expect(fired).toEqual([])
  })

  it("treats a delay below 0, and one that is no number, as one of 0", () => {
    const { clock, fired } = setTimers(-5, Number.NaN)
    clock.advance(0)
    expect(fired).toEqual([
      [-5, 0],
      [Number.NaN, 0],
    ])
  })

  it("jumps without its timers, ahead and back", () => {
    const { clock, fired } = setTimers(100)
    clock.jump(1000)
    expect([clock.now(), fired]).toEqual([1000, []])
    clock.jump(-5000)
    expect(clock.now()).toBe(-4000)
    clock.advance(99)
    expect(fired).toEqual([])
    clock.advance(1)
    expect(fired).toEqual([[100, -3900]])
  })
})

describe("a test clock's timers", () => {
  it("are listed: those that wait, and every delay that was armed", () => {
    const clock = createTestClock()
    const first = clock.setTimeout(() => {}, 30)
    clock.setTimeout(() => {}, 20)
    clock.clearTimeout(first)
    expect(clock.pending).toEqual([{ id: 2, due: 20, delay: 20 }])
    expect(clock.armed).toEqual([30, 20])
  })

  it.each([
    ["oldest", ["a", "b"]],
    ["newest", ["b", "a"]],
  ] as const)("fire the %s first where they are due together", (order, expected) => {
    const clock = createTestClock({ order })
    const fired: string[] = []
    for (const name of ["a", "b"]) clock.setTimeout(() => fired.push(name), 5)
    clock.advance(5)
    expect(fired).toEqual(expected)
  })

  it.each([null, { now: Number.NaN }, { now: Date.now }, { now: new Date(0) }, { order: "first" }])(
    "are of no clock with the options %j",
    (options) => {
      const wrong = expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" })
      expect(() => createTestClock(options as never)).toThrow(wrong)
    },
  )

  it("let promises settle between them", async () => {
    const clock = createTestClock()
    const seen: string[] = []
    clock.setTimeout(() => void Promise.resolve().then(() => seen.push("settled")), 1)
    clock.setTimeout(() => seen.push("next"), 2)
    await clock.advanceAsync(2, async () => {
      for (let turn = 0; turn < 5; turn += 1) await undefined
    })
    expect(seen).toEqual(["settled", "next"])
  })
})
