import fc from "fast-check"
import { describe, expect, it, vi } from "vitest"
import { compare } from "./compare.ts"
import { replies, states } from "./contract.ts"
import { type Sequence, sequences } from "./sequences.ts"
import { families, stories } from "./stories.ts"

/** `ORACLE_RUNS=100000 ORACLE_SEED=7 npx vitest run test/oracle/oracle.test.ts` plays more and other sequences. */
const numRuns = Number(process.env["ORACLE_RUNS"] ?? 500)
const seed = Number(process.env["ORACLE_SEED"] ?? 20_261_127)

describe("the library and an independent model of its contract agree after every move", () => {
  // XState warns about events to a stopped actor. The sequences include some.
  vi.spyOn(console, "warn").mockImplementation(() => {})
  const shown = new Set<string>()
  const met = new Set<string>()

  /** Plays a sequence on both, and records what it meets. */
  async function agree(sequence: Sequence): Promise<void> {
    const difference = await compare(sequence, (state, request, move) => {
      shown.add(state)
      if (move.do === "reply" && (state === "solving" || state === "submitting")) {
        met.add(`${request ?? "credentials"}: ${move.reply}`)
      }
    })
    if (difference) expect.fail(JSON.stringify({ ...sequence, difference }, undefined, 1))
  }

  it.each(Object.entries(stories))("%s", (_, story) => agree(story))

  it.each(Object.entries(families))("%s", async (_, family) => {
    for (const sequence of family) await agree(sequence)
  })

  it(
    `of ${numRuns} random sequences`,
    () => fc.assert(fc.asyncProperty(sequences, agree), { numRuns, seed }),
    numRuns * 100 + 60_000,
  )

  it("and meet every state, and every reply to every request, on the way", () => {
    expect([...shown].sort()).toEqual(states)
    const requests = ["credentials", "code", "phone", "inApp", "method", "poll"]
    const all = requests.flatMap((request) => Object.keys(replies).map((name) => `${request}: ${name}`))
    expect(all.filter((each) => !met.has(each))).toEqual([])
  })
})
