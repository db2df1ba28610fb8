import { describe, expect, it } from "vitest"
import { assign, createMachine, fromPromise, setup } from "xstate"
import { AuthIntentError } from "../../src/auth-intent-error.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { drawCoverage } from "../../src/testing/draw.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { defineCatalogue } from "../../src/testing/model/catalogue.ts"
import { runScenario } from "../../src/testing/run-scenario.ts"

/** A page with a document and a comment: two regions, two requests at a time, a timer, and an `In` guard across regions. */
const editor = setup({
  types: { events: {} as { type: "edit" | "save" | "comment" | "close" } },
  actors: {
    saveDocument: fromPromise(async () => "never run"),
    postComment: fromPromise(async () => "never run"),
  },
  delays: { rest: 1000 },
}).createMachine({
  id: "editor",
  type: "parallel",
  states: {
    document: {
      initial: "clean",
      states: {
        clean: { on: { edit: "dirty" } },
        dirty: { on: { save: "saving" }, after: { rest: "saving" } },
        saving: { invoke: { id: "saveDocument", src: "saveDocument", onDone: "clean", onError: "dirty" } },
      },
    },
    comment: {
      initial: "none",
      states: {
        none: { on: { comment: "posting" } },
        posting: { invoke: { id: "postComment", src: "postComment", onDone: "posted", onError: "none" } },
        posted: {
          on: { close: { guard: ({ context }) => context !== undefined, target: "none" } },
        },
      },
    },
  },
})

const catalogue = defineCatalogue({
  person: {
    edited: { person: "edit" },
    saved: { person: "save" },
    commented: { person: "comment" },
    closed: { person: "close" },
  },
  replies: () => ({ "all well": { output: "ok" }, "it broke": { error: "no" } }),
})

describe("a parallel machine with two requests at a time", () => {
  it.each(["shortest", "transitions", "grid", "pairs", "simple"] as const)("has %s that play", async (strategy) => {
    const scenarios = getScenarios({ strategy, machine: editor, catalogue })
    const driver = createMachineDriver(editor, catalogue)
    for (const scenario of scenarios) await runScenario(scenario, driver, { machine: editor, catalogue })
    expect(scenarios.length).toBeGreaterThan(0)
  })

  it("is covered whole, but for the guard that is never false", () => {
    const coverage = getCoverage(getScenarios({ strategy: "transitions", machine: editor, catalogue }), {
      machine: editor,
      catalogue,
    })
    const { states, transitions, delays, invokes, boundaries, conditions } = coverage
    expect([states, transitions, delays, invokes, boundaries].map(({ missing }) => missing)).toEqual([
      [],
      [],
      [],
      [],
      [],
    ])
    expect(conditions.missing).toEqual(["comment.posted: close [guard] → comment.none, when false"])
    expect(drawCoverage(coverage, editor)).toContain("class comment_posted partly")
    expect(getCoverage([], { machine: editor, catalogue }).states).toMatchObject({ covered: 0, total: states.total })
  })
})

const code = async (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof AuthIntentError) return error.code
    throw error
  }
  return "nothing was thrown"
}

describe("an error instead of silence", () => {
  const endless = setup({ types: { context: {} as { count: number }, events: {} as { type: "more" } } }).createMachine({
    id: "endless",
    context: { count: 0 },
    on: { more: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
  })
  const more = defineCatalogue({ person: { more: { person: "more" } } })

  it("is thrown for a machine that has no catalogue", async () => {
    const machine = createMachine({ id: "stranger" })
    const options = { strategy: "transitions", machine } as never
    expect(await code(() => getScenarios(options))).toBe("unknown_machine")
  })

  it.each([{}, null, { id: "authIntent" }])("is thrown for what is no machine: %j", async (machine) => {
    expect(await code(() => getScenarios({ strategy: "transitions", machine } as never))).toBe("unknown_machine")
  })

  it("is thrown for a catalogue without a person", async () => {
    expect(await code(() => defineCatalogue({ persons: {} } as never))).toBe("invalid_option")
  })

  it("is thrown where nothing was generated", async () => {
    const nobody = defineCatalogue({ person: {} })
    const generate = () => getScenarios({ strategy: "transitions", machine: endless, catalogue: nobody })
    expect(await code(generate)).toBe("nothing_generated")
  })

  it("is thrown for a walk that does not end", async () => {
    const generate = () => getScenarios({ strategy: "transitions", machine: endless, catalogue: more })
    expect(await code(generate)).toBe("endless_walk")
  })

  it("is thrown for a word in without that names nothing", async () => {
    const options = { machine: editor, catalogue, without: ["closed", "closd"] }
    expect(await code(() => getScenarios({ strategy: "grid", ...options }))).toBe("invalid_option")
    expect(await code(() => getCoverage([], options))).toBe("invalid_option")
  })

  it("is none for a word that names what only another left out move leads to", () => {
    const without = ["edited", "commented", "it broke"]
    expect(getScenarios({ strategy: "grid", machine: editor, catalogue, without })).not.toEqual([])
  })

  it("is none where facts are clipped", () => {
    const clipped = defineCatalogue({
      person: { more: { person: "more" } },
      facts: ({ snapshot }) => ({ count: Math.min(snapshot.context.count, 2) }),
    })
    expect(getScenarios({ strategy: "transitions", machine: endless, catalogue: clipped })).toHaveLength(1)
  })
})

it("2 187 configurations are covered in one go", () => {
  const regions = Array.from({ length: 7 }, (_, index) => `r${index}`)
  const region = (name: string) => ({
    initial: "a",
    states: {
      a: { on: { [`${name}.on`]: "b" } },
      b: { on: { [`${name}.on`]: "c" } },
      c: { on: { [`${name}.off`]: "a" } },
    },
  })
  const machine = createMachine({
    id: "wide",
    type: "parallel",
    states: Object.fromEntries(regions.map((name) => [name, region(name)])),
  })
  const person = Object.fromEntries(
    regions.flatMap((name) => ["on", "off"].map((way) => [`${name} ${way}`, { person: `${name}.${way}` }])),
  )
  const wide = defineCatalogue({ person })
  const scenarios = getScenarios({ strategy: "transitions", machine, catalogue: wide })
  expect(getCoverage(scenarios, { machine, catalogue: wide }).transitions.missing).toEqual([])
})

it("a chain of 50 states is covered", () => {
  const names = Array.from({ length: 50 }, (_, index) => `s${index}`)
  const states = names.map((name, index) => [name, index < 49 ? { on: { next: `s${index + 1}` } } : { type: "final" }])
  const machine = createMachine({ id: "chain", initial: "s0", states: Object.fromEntries(states) })
  const chain = defineCatalogue({ person: { next: { person: "next" } } })
  const scenarios = getScenarios({ strategy: "transitions", machine, catalogue: chain, maxDepth: 60 })
  expect(getCoverage(scenarios, { machine, catalogue: chain }).transitions.missing).toEqual([])
})
