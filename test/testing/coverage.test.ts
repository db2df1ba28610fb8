import { describe, expect, it } from "vitest"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { failureTable } from "../../src/failures/failure-table.ts"
import { authIntentCatalogue } from "../../src/testing/auth-intent/auth-intent-catalogue.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { generateScenarios } from "../../src/testing/model/generate-scenarios.ts"
import { type Coverage, measureCoverage } from "../../src/testing/model/measure-coverage.ts"
import type { CoverageKind } from "../../src/testing/model/read-definition.ts"
import { type Alteration, add, alterMachine, type Part, putFirst } from "./altered-machine.ts"
import { answerLittle } from "./answer-little.ts"

const scenarios = getScenarios({ strategy: "transitions" })
const coverage = getCoverage(scenarios)
const kinds = Object.keys(coverage) as CoverageKind[]

const missingIn = (measured: Coverage) => kinds.flatMap((kind) => measured[kind].missing)

const list = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat())

/** Counts the parts of a chart in its configuration, without XState. */
function countParts(config: Part): Record<string, number> {
  const { on = {}, after = {}, states = {} } = config as Record<string, Part>
  const invokes = list(config["invoke"]) as Part[]
  const ends = invokes.flatMap(({ onDone, onError }) => [onDone, onError])
  const transitions = [...Object.values(on), ...Object.values(after), ...ends, config["always"]].flatMap(list)
  const guarded = transitions.filter((transition) => (transition as Part)["guard"] !== undefined)
  const inner = Object.values(states).map((state) => countParts(state as Part))
  const own = {
    states: inner.length,
    transitions: transitions.length,
    guards: guarded.length * 2,
    delays: Object.keys(after).length,
    invokes: invokes.length * 2,
  }
  return inner.reduce(
    (sum, part) => mapCounts(sum, (kind, count) => count + (part[kind] ?? 0)),
    own as Record<string, number>,
  )
}

const mapCounts = (counts: Record<string, number>, change: (kind: string, count: number) => number) =>
  Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, change(kind, count)]))

describe("the gate", () => {
  it.each(kinds)("every one of the %s", (kind) => {
    const { covered, total, missing } = coverage[kind]
    expect(missing).toEqual([])
    expect(covered).toBe(total)
    expect(total).toBeGreaterThan(0)
  })

  it("counts what the chart has", () => {
    const { failures, ...parts } = coverage
    const totals = Object.fromEntries(Object.entries(parts).map(([kind, { total }]) => [kind, total]))
    expect(totals).toEqual(countParts(authIntentMachine.config))
    const known = Object.values(failureTable).flatMap((types) => Object.keys(types))
    expect(failures.total).toBeGreaterThan(known.length)
  })

  it("counts nothing that no scenario went through", () => {
    const { states, transitions, failures } = getCoverage([])
    expect([states.covered, transitions.covered, failures.covered]).toEqual([0, 0, 0])
    expect(states.missing).toContain("checkpoint.twoFactor")
    expect(transitions.missing).toContain("solving: solveCheckpoint done [isNotYet] → checkpoint")
  })

  it("loses what the scenarios that are taken away went through", () => {
    const needed = scenarios.filter(
      (one) => missingIn(getCoverage(scenarios.filter((other) => other !== one))).length > 0,
    )
    expect(needed.length).toBeGreaterThan(scenarios.length * 0.8)
  })
})

/** One start and few answers are enough to see what a changed chart does. */
const catalogue = answerLittle({ ...authIntentCatalogue, starts: { "": { provider: "INSTAGRAM" } } })

function generate(machine: typeof authIntentMachine, failures: string[] = []) {
  const generated = generateScenarios(machine, { ...catalogue, failures }, "transitions")
  return { generated, missing: missingIn(measureCoverage(machine, { ...catalogue, failures }, generated)) }
}

const isNever = () => false
const codeGuards = "states.solving.invoke.onDone"

/** What the catalogue knows nothing about, and the name by which it is missed. */
const unreached: Record<string, [name: string, Alteration[], implementations?: Part]> = {
  "an event that nobody sends": [
    "checkpoint: help.ask → failed",
    [["states.checkpoint.on", add({ "help.ask": "#authIntent.failed" })]],
  ],
  "a kind of answer that nobody gives": [
    "solving: solveCheckpoint done [isQueued] → checkpoint, when true",
    [[codeGuards, putFirst({ guard: "isQueued", target: "checkpoint" })]],
    { guards: { isQueued: ({ event }: { event: { output?: { kind: string } } }) => event.output?.kind === "queued" } },
  ],
  "a state that nothing leads to": ["checkpoint.captcha", [["states.checkpoint.states.captcha", add({})]]],
  "a guard that is never true": [
    "idle: credentials.submit [isNever] → failed, when true",
    [["states.idle.on", add({ "credentials.submit": [{ guard: "isNever", target: "failed" }, "submitting"] })]],
    { guards: { isNever } },
  ],
  "a guard that is never false": [
    "idle: credentials.submit [isAlways] → submitting, when false",
    [["states.idle.on", add({ "credentials.submit": [{ guard: "isAlways", target: "submitting" }, "failed"] })]],
    { guards: { isAlways: () => true } },
  ],
  "a delay that another always comes before": [
    "checkpoint.otp: after patience",
    [["states.checkpoint.states.otp.after", add({ patience: "#authIntent.failed" })]],
    { delays: { patience: 300_001 } },
  ],
  "an actor that nothing starts": [
    "checkpoint.captcha: solveCaptcha error",
    [["states.checkpoint.states.captcha", add({ invoke: { src: "solveCheckpoint", id: "solveCaptcha" } })]],
  ],
}

/** What the catalogue knows, and the name of the transition that it goes through. */
const reached: Record<string, [name: string, Alteration, implementations?: Part]> = {
  "a transition on a known event": [
    "checkpoint.phone: code.submit → solving",
    ["states.checkpoint.states.phone.on", add({ "code.submit": "#authIntent.solving" })],
  ],
  "a delay": [
    "submitting: after patience → failed",
    ["states.submitting.after", add({ patience: "failed" })],
    { delays: { patience: 60_000 } },
  ],
  "a guarded branch": [
    "checkpoint: method.switch [isSecondTry] → failed",
    ["states.checkpoint.on", add({ "method.switch": [{ guard: "isSecondTry", target: "failed" }, "solving"] })],
    { guards: { isSecondTry: ({ context }: { context: { timedOut: boolean } }) => context.timedOut } },
  ],
}

describe("what is added to the chart", () => {
  const before = generate(authIntentMachine)

  it.each(Object.entries(unreached))("%s is missed by name", (_, [name, alterations, implementations]) => {
    expect(before.missing).not.toContain(name)
    expect(generate(alterMachine(alterations, implementations)).missing).toContain(name)
  })

  it("a failure that no answer brings is missed by name", () => {
    const { missing } = generate(authIntentMachine, ["599 errors/brand_new"])
    expect(missing).toContain("599 errors/brand_new")
  })

  it.each(Object.entries(reached))(
    "%s is gone through with no other edit",
    (_, [name, alteration, implementations]) => {
      const machine = alterMachine([alteration], implementations)
      const { generated, missing } = generate(machine)
      expect(measureCoverage(machine, catalogue, []).transitions.missing).toContain(name)
      expect(missing).toEqual(before.missing)
      const names = before.generated.map((scenario) => scenario.name)
      expect(generated.filter((scenario) => !names.includes(scenario.name))).not.toEqual([])
    },
  )

  it("a guard on what the catalogue takes for the same is told by name", () => {
    const isWorn = ({ context }: { context: { attempts: number } }) => context.attempts > 0
    const machine = alterMachine(
      [["states.checkpoint.on", add({ "method.switch": [{ guard: "isWorn", target: "failed" }, "solving"] })]],
      { guards: { isWorn } },
    )
    expect(generate(machine).missing).toContain("checkpoint: method.switch [isWorn] → failed, when true")
    expect(() => generateScenarios(machine, catalogue, "simple", 6)).toThrow(/too coarse.*isWorn/)
  })
})
