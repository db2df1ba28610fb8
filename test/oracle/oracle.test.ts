import fc from "fast-check"
import { describe, expect, it, vi } from "vitest"
import { compare } from "./compare.ts"
import { replies } from "./contract.ts"
import { everyReply, type Sequence, sequences } from "./sequences.ts"

/** `ORACLE_RUNS=100000 ORACLE_SEED=7 npx vitest run test/oracle/oracle.test.ts` plays more, and others. */
const numRuns = Number(process.env["ORACLE_RUNS"] ?? 500)
const seed = Number(process.env["ORACLE_SEED"] ?? 20_261_127)

describe("the library and an independent model of its contract", () => {
  // XState warns of what is sent to an actor that has stopped; here that is part of what is tried.
  vi.spyOn(console, "warn").mockImplementation(() => {})
  const states = new Set<string>()
  const met = new Set<string>()

  it(
    `agree after every reply to every request, and after every move of ${numRuns} sequences`,
    async () => {
      const agree = fc.asyncProperty(sequences, async (sequence) => {
        const difference = await compare(sequence, (state, request, move) => {
          states.add(state)
          if (move.do === "reply" && (state === "solving" || state === "submitting")) {
            met.add(`${request ?? "credentials"}: ${move.reply}`)
          }
        })
        expect(difference).toBeUndefined()
      })
      const examples = everyReply.map((sequence): [Sequence] => [sequence])
      await fc.assert(agree, { numRuns: examples.length + numRuns, seed, examples })
    },
    numRuns * 100 + 60_000,
  )

  it("meet every state, and every reply to every request, on the way", () => {
    expect([...states].sort()).toEqual([
      ...["checkpoint.inApp", "checkpoint.otp", "checkpoint.phone", "checkpoint.twoFactor", "checkpoint.unsupported"],
      ...["connected", "expired", "failed", "idle", "solving", "submitting"],
    ])
    const requests = ["credentials", "code", "phone", "inApp", "method", "poll"]
    const all = requests.flatMap((request) => Object.keys(replies).map((name) => `${request}: ${name}`))
    expect(all.filter((each) => !met.has(each))).toEqual([])
  })
})
