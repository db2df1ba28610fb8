import DOMPurify from "dompurify"
import mermaid from "mermaid"
import { describe, expect, it } from "vitest"
import { createMachine } from "xstate"
import { drawCoverage, drawScenario } from "../../src/testing/draw.ts"
import { getCoverage } from "../../src/testing/get-coverage.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { defineCatalogue } from "../../src/testing/model/catalogue.ts"
import type { Scenario } from "../../src/testing/scenario.ts"

// Mermaid's parser cleans every label with a DOM, and there is none here.
Object.assign(DOMPurify, { addHook() {}, sanitize: String })

const keys = ["signed-in", "note", "class", "default", "click", "style", "state", "end", "rootless", "a_b"]

/** A machine whose state names are also Mermaid's keywords. */
const machine = createMachine({
  id: "odd",
  initial: "a",
  on: { reset: ".a" },
  states: {
    a: { on: { go: "signed-in", stay: {}, home: "#odd" }, initial: "b", states: { b: {} } },
    ...Object.fromEntries(keys.map((key, index) => [key, { on: { go: keys[index + 1] ?? "a" } }])),
  },
})
const catalogue = defineCatalogue({ person: { go: { person: "go" }, reset: { person: "reset" } } })

it("a drawing shows what a guard that is never false leaves open, and counts what nothing covers", () => {
  const on = { go: { guard: () => true, target: "b" } }
  const light = createMachine({ id: "light", initial: "a", states: { a: { on }, b: {} } })
  const options = { machine: light, catalogue: defineCatalogue({ person: { went: { person: "go" } } }) }
  const coverage = getCoverage(getScenarios({ strategy: "transitions", ...options }), options)
  expect(coverage.conditions.missing).toEqual(["a: go [guard] → b, when false"])
  expect(drawCoverage(coverage, light)).toContain("class a partly")
  expect(drawCoverage(coverage, light)).toContain("a --> b: 1 of 1")
  expect(drawCoverage(getCoverage([], options), light)).toContain("a --> b: 0 of 1")
  expect(getCoverage([], options).states).toMatchObject({ covered: 0, total: coverage.states.total })
})

describe("a drawing that Mermaid can read", () => {
  it("is one of states of any name, each in a box of its own, with all arrows but the root's", async () => {
    const diagram = drawCoverage(getCoverage([], { machine, catalogue }), machine)
    await expect(mermaid.parse(diagram)).resolves.toBeTruthy()
    const boxes = [...diagram.matchAll(/^ *state ".*" as (\w+)/gm)].map(([, id]) => id)
    expect(new Set(boxes).size).toBe(keys.length + 2)
    expect(diagram.match(/-->/g)).toHaveLength(keys.length + 2)
    expect(diagram.match(/ missing$/gm)).toHaveLength(keys.length + 2)
  })

  it("is one of a scenario whose name, requests and differences are of several lines and of any kind", async () => {
    const expected = {
      state: "a",
      tags: [],
      step: {},
      sent: [{ src: { url: "x" } }, { src: "load", kind: 1 }, { operation: "solve", kind: "code" }, undefined],
    }
    const steps = [
      { do: { person: "go\non" }, expect: expected },
      { do: { clock: 5, asleep: true }, expect: expected },
      { do: { server: { output: 7 } }, expect: expected },
      { do: { clock: 7 }, ignored: true, expect: expected },
    ]
    const scenario = { name: "one\ntwo", input: undefined, steps }
    const differences = ["page.click: Timeout\nCall log:\n  - waiting for locator('#code')"]
    const diagram = drawScenario(scenario as Scenario, { index: 0, differences })
    await expect(mermaid.parse(diagram)).resolves.toBeTruthy()
    expect(diagram.match(/(?<=Server: ).*ms.*/g)).toEqual(["the clock jumps by 5 ms", "7 ms pass"])
    expect(diagram.match(/, ignored$/gm)).toHaveLength(1)
    expect(diagram).toContain("✗ page.click  Timeout Call log")
    expect(diagram).toContain("locator('#35;code')")
    expect(diagram.match(/App->>Server: solve code$/gm)).toHaveLength(4)
    expect(diagram).toMatch(/Server-->>App: .*output.*7/)
    expect(diagram).not.toContain("[object Object]")
  })
})
