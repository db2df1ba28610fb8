import { describe, expect, it } from "vitest"
import { fromPromise, setup } from "xstate"
import type { Catalogue } from "../../src/testing/model/catalogue.ts"
import { generateScenarios } from "../../src/testing/model/generate-scenarios.ts"
import { measureCoverage } from "../../src/testing/model/measure-coverage.ts"
import type { Move } from "../../src/testing/scenario.ts"

/** A lift that is called, comes or does not, and leaves after a while. */
const lift = setup({
  types: {
    events: {} as { type: "call" | "enter" },
    input: {} as { floors: number },
    context: {} as { floors: number },
  },
  actors: { drive: fromPromise(async () => "never run") },
  guards: { isHome: ({ context }) => context.floors === 0 },
  delays: { patience: 1000 },
}).createMachine({
  id: "lift",
  context: ({ input }) => input,
  initial: "away",
  states: {
    away: { on: { call: [{ guard: "isHome", target: "open" }, { target: "coming" }] } },
    coming: { invoke: { src: "drive", id: "drive", onDone: "open", onError: "stuck" } },
    open: { on: { enter: "gone" }, after: { patience: "away" } },
    gone: { type: "final" },
    stuck: { type: "final" },
  },
})

interface LiftVocabulary {
  person: { person: "call" | "enter" | "reload" }
  reply: "came" | "stuck"
  input: { floors: number }
  step: { light: boolean }
}

const catalogue: Catalogue<LiftVocabulary> = {
  starts: { upstairs: { floors: 3 }, downstairs: { floors: 0 } },
  goal: "gone",
  moves({ request, timers, now }) {
    const moves: Record<string, Move<LiftVocabulary>> = { called: { person: "call" }, entered: { person: "enter" } }
    for (const { due } of timers) moves["waited"] = { clock: due - now }
    return request ? { ...moves, came: { server: "came" }, "got stuck": { server: "stuck" } } : moves
  },
  toEvent: ({ person }) => ({ type: person }),
  refuse: () => undefined,
  judge: (reply) => (reply === "came" ? { output: reply } : { error: reply }),
  resume: ({ input }) => input,
  abstract: ({ snapshot }) => snapshot.value,
  describe: (snapshot) => ({ light: snapshot.matches("open") }),
  failures: [],
  failuresIn: () => [],
  title: (start, phrases, end) => `${start}: ${phrases.join(", ")}: ${end}`,
}

describe("a machine with a catalogue of its own", () => {
  it("gets scenarios", () => {
    const scenarios = generateScenarios(lift, catalogue, "shortest")
    expect(scenarios.map(({ name }) => name)).toEqual([
      "upstairs: called, got stuck: stuck",
      "upstairs: called, came, entered: gone",
    ])
    expect(scenarios[1]?.steps.map((step) => [step.do, step.expect.state, step.expect.step.light])).toEqual([
      [{ person: "call" }, "coming", false],
      [{ server: "came" }, "open", true],
      [{ person: "enter" }, "gone", false],
    ])
  })

  it("is covered whole", () => {
    const coverage = measureCoverage(lift, catalogue, generateScenarios(lift, catalogue, "transitions"))
    expect(Object.values(coverage).map(({ covered, total }) => [covered, total])).toEqual([
      [5, 5],
      [6, 6],
      [2, 2],
      [1, 1],
      [2, 2],
      [0, 0],
    ])
  })
})
