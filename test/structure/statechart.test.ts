import { join } from "node:path"
import DOMPurify from "dompurify"
import mermaid from "mermaid"
import { expect, it } from "vitest"
import type { AnyStateMachine, AnyStateNode } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { drawStatechart } from "./draw-statechart.ts"
import { guides, read, root } from "./source-files.ts"

// Mermaid's parser cleans every label with a DOM, and there is none here.
Object.assign(DOMPurify, { addHook() {}, sanitize: String })

interface Drawing {
  nodes: { id: string; shape: string; description?: string[] }[]
  edges: { start: string; end: string; label: string }[]
}

/** Parses a diagram with Mermaid: its states, and each transition. */
async function parse(diagram: string) {
  await mermaid.parse(diagram)
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram)
  const { nodes, edges } = (db as unknown as { getData(): Drawing }).getData()
  const boxes = nodes.filter(({ shape }) => shape !== "stateStart" && shape !== "stateEnd")
  return {
    states: boxes.map(({ id }) => id),
    ways: [
      ...boxes.flatMap(({ id, description = [] }) => description.map((line) => `${id} → ${line.split(" → ")[1]}`)),
      ...edges.flatMap(({ start, end, label }) => (label ? label.split("<br/>").map(() => `${start} → ${end}`) : [])),
    ],
  }
}

const statesIn = ({ states }: AnyStateNode): AnyStateNode[] =>
  Object.values(states).flatMap((state) => [state, ...statesIn(state)])

const waysFrom = ({ key, always = [], transitions }: AnyStateNode) =>
  [always, ...transitions.values()].flat().flatMap(({ target = [] }) => target.map((to) => `${key} → ${to.key}`))

function contentsOf(machine: AnyStateMachine) {
  const states = statesIn(machine.root)
  return { states: states.map(({ key }) => key).sort(), ways: states.flatMap(waysFrom).sort() }
}

it("draws every state and every transition of the machine once, as Mermaid reads it", async () => {
  const { states, ways } = await parse(drawStatechart(authIntentMachine))
  expect({ states: states.sort(), ways: ways.sort() }).toEqual(contentsOf(authIntentMachine))
})

const onPages = guides.flatMap((page) =>
  [...read(page).matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, diagram = ""], index) => ({
    name: `${page} ${index + 1}`,
    diagram,
  })),
)

it.each(onPages)("is one that Mermaid reads: $name", async ({ diagram }) => {
  await expect(mermaid.parse(diagram)).resolves.toBeTruthy()
  await expect(mermaid.parse(`${diagram}\n  ->`)).rejects.toThrow()
})

// `npm run docs` runs this test with --update, which writes the expected text.
it("stands on the page of the flow as the machine is now", async () => {
  const [before, , after, ...more] = read("docs/flow.md").split(/(?<=<!-- statechart -->)|(?=<!-- \/statechart -->)/)
  expect(more).toEqual([])
  const fence = "```"
  const picture = `\n\n${fence}mermaid\n${drawStatechart(authIntentMachine)}${fence}\n\n`
  await expect(`${before}${picture}${after}`).toMatchFileSnapshot(join(root, "docs/flow.md"))
})
