import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { assign, fromPromise } from "xstate"
import type { Outcome, Provider, SolveInput } from "../../machines/auth-intent.types.ts"
import type { Solution } from "../../src/transports/auth-transport.ts"
import { add, alterMachine } from "./altered-machine.ts"
import { type Command, commands } from "./commands.ts"
import { guarantees } from "./guarantees.ts"
import { type Bug, openIntent, type Step } from "./open-intent.ts"

/** To play one failure again: the seed and the path that it was told with. */
const { AUTH_INTENT_SEED: seed, AUTH_INTENT_PATH: path } = process.env

const inputs = fc.record({
  provider: fc.constantFrom<Provider>("INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"),
  inAppPollInterval: fc.constantFrom(5_000, 0),
})

/** Plays commands against an intent and asks a guarantee. */
const property = (name: string, bug?: Bug) =>
  fc.asyncProperty(inputs, commands, async (input, played: Command[]) => {
    const intent = openIntent(input, bug)
    const steps: Step[] = []
    for (const command of played) steps.push(await intent.take(command))
    const wrong = await guarantees[name]?.(intent, steps)
    intent.close()
    expect(wrong).toEqual([])
  })

/** Says how to play a failure again. */
const report = async <Played>(details: fc.RunDetails<Played>) => {
  if (!details.failed) return
  const again = `AUTH_INTENT_SEED=${details.seed} AUTH_INTENT_PATH=${details.counterexamplePath}`
  throw new Error(`${await fc.asyncDefaultReportMessage(details)}\n\nPlay it again: ${again} npx vitest run properties`)
}

beforeAll(() => {
  // XState warns of events after the end.
  vi.spyOn(console, "warn").mockImplementation(() => {})
})

afterAll(() => vi.restoreAllMocks())

describe("whatever happens", () => {
  const replay = seed === undefined ? {} : { seed: Number(seed), ...(path !== undefined && { path }) }

  it.each(Object.keys(guarantees))("%s", async (name) => {
    await fc.assert(property(name), { numRuns: 300, ...replay, asyncReporter: report })
  })
})

/** One bug for each guarantee. */
const bugs: Record<string, Bug> = {
  "no secret leaves": {
    transport: (transport) => ({
      ...transport,
      async solve(request) {
        const detail = "secret" in request.solution ? JSON.stringify(request.solution.secret.open()) : ""
        const failure = {
          type: "errors/invalid_checkpoint_solution",
          status: 401,
          title: "No",
          detail,
          recovery: "correct" as const,
        }
        return { kind: "rejected", failure }
      },
    }),
  },
  "there is no dead end": {
    machine: (machine) => alterMachine([["states.solving.on", ({ "intent.cancel": _, ...on }) => on]], {}, machine),
  },
  "what does not apply changes nothing": {
    machine: (machine) =>
      alterMachine([["states.checkpoint.on", add({ "credentials.submit": "submitting" })]], {}, machine),
  },
  "one request at a time, and none too late": {
    machine: (machine, transport) => machine.provide({ actors: { solveCheckpoint: withoutDeadline(transport) } }),
  },
  "the deadline only comes closer": {
    machine: (machine) =>
      machine.provide({
        actions: {
          rememberCheckpoint: assign(({ context, event }) => {
            const { at, accountId, checkpoint } = (
              event as unknown as { output: Extract<Outcome, { kind: "checkpoint" }> }
            ).output
            return { accountId, checkpoint, expiresAt: at + context.intentLifetime }
          }),
        },
      }),
  },
  "nothing is thrown at the host": {
    machine: (machine) =>
      machine.provide({
        guards: {
          isFatal: () => {
            throw new Error("planted")
          },
        },
      }),
  },
}

const withoutDeadline = (transport: Parameters<NonNullable<Bug["machine"]>>[1]) =>
  fromPromise<Outcome, SolveInput>(async ({ input, signal }) => {
    const now = () => 0
    const answer = await transport.solve({ ...input, solution: input.solution as Solution }, { signal, now })
    return { at: 0, ...answer } as Outcome
  })

describe("a planted bug", () => {
  it.each(Object.entries(bugs))("is found and made small: %s", async (name, bug) => {
    const { failed, counterexample } = await fc.check(property(name, bug), { numRuns: 1000, seed: 1 })
    expect(failed).toBe(true)
    expect(counterexample?.[1].length).toBeLessThanOrEqual(5)
  })

  it("is told with what it takes to play it again", async () => {
    const [[name, bug] = ["", {}]] = Object.entries(bugs)
    const reported = fc.assert(property(name, bug), { numRuns: 1000, seed: 1, asyncReporter: report })
    const message = await reported.then(String, (error: Error) => error.message)
    const [, told = "", where = ""] = /AUTH_INTENT_SEED=(-?\d+) AUTH_INTENT_PATH=([\d:]+)/.exec(message) ?? []
    const again = await fc.check(property(name, bug), { seed: Number(told), path: where, endOnFailure: true })
    expect(again.numRuns).toBe(1)
    expect(message).toContain(fc.stringify(again.counterexample?.[1]))
  })
})
