import type { AnyStateMachine, AnyStateNode } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { parse } from "../values.schema.ts"
import type { Coverage } from "./get-coverage.ts"
import { readDefinition, toNodePath } from "./model/definition.ts"
import type { Move, Scenario } from "./scenario.ts"
import { drawCoverageArguments, drawScenarioArguments } from "./testing.schema.ts"

/** Returns a text in one line, without Mermaid's own characters. */
const plain = (text: string) =>
  text.replaceAll(/\s+/g, " ").replaceAll(/[;#"<>:{}[\]]/g, (mark) => (mark === ":" ? " " : `#${mark.charCodeAt(0)};`))

function labelOf(move: Move): string {
  if ("clock" in move) return move.asleep ? `the clock jumps by ${move.clock} ms` : `${move.clock} ms pass`
  if ("person" in move) return move.person
  const reply = move.server as { status?: number; body?: { type?: string; object?: string }; fault?: string }
  const { status, body, fault } = reply ?? {}
  return status === undefined
    ? (fault ?? JSON.stringify(reply) ?? "nothing")
    : `${status} ${body?.type ?? body?.object ?? ""}`.trim()
}

/**
 * Draws a scenario as a Mermaid sequence diagram, with the failed step.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * console.log(drawScenario(scenario))
 */
export function drawScenario(scenario: Scenario, failed?: { index: number; differences: readonly string[] }): string {
  parse(drawScenarioArguments, { scenario, failed }, "invalid_option", "drawScenario")
  const { name, steps } = scenario
  const lines = steps.flatMap(({ do: move, expect, ignored }, index) => {
    const label = plain(labelOf(move))
    const arrow = "server" in move ? `Server-->>App: ${label}` : `Person->>App: ${label}`
    const act = "clock" in move ? `Note over Person,Server: ${label}` : arrow
    const sent = expect.sent.map((each) => `App->>Server: ${plain(describe(each))}`)
    const isFailed = failed?.index === index
    const wrong = isFailed ? failed.differences.map((line) => `Note over App: ✗ ${plain(line)}`) : []
    return [act, ...sent, `Note right of App: ${plain(expect.state)}${ignored ? ", ignored" : ""}`, ...wrong]
  })
  const participants = ["participant Person", "participant App", "participant Server"]
  const body = [`%% ${plain(name)}`, ...participants, ...lines]
  return ["sequenceDiagram", ...body.map((line) => `  ${line}`), ""].join("\n")
}

function describe(sent: unknown): string {
  const { operation, kind, src } = (sent ?? {}) as Record<string, unknown>
  const name = operation ?? src
  if (typeof name !== "string") return JSON.stringify(sent) ?? "nothing"
  return typeof kind === "string" ? `${name} ${kind}` : name
}

/** Mermaid's keywords: no id may begin with one. */
const reserved = /^(class|click|default|direction|end|note|scale|state|style)/i

/** Returns a state's key in the form that a Mermaid id allows. */
const toId = (key: string) =>
  key.replaceAll(/[^A-Za-z0-9]/g, (mark) => `_${mark.charCodeAt(0)}`).replace(reserved, "_$1")

/**
 * Draws coverage onto the statechart, in Mermaid. A covered state is green, a partly covered state yellow, a missing
 * state red; each arrow shows how many of its transitions are covered.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * console.log(drawCoverage(getCoverage(scenarios)))
 */
export function drawCoverage(coverage: Coverage, machine: AnyStateMachine = authIntentMachine): string {
  parse(drawCoverageArguments, { coverage, machine }, "invalid_option", "drawCoverage")
  const { names, nodes } = readDefinition(machine)
  const missing = new Set([...coverage.states.missing, ...coverage.transitions.missing, ...coverage.conditions.missing])
  const idOf = ({ path }: AnyStateNode) => path.map(toId).join("_")

  const arrows = new Map<string, [covered: number, total: number]>()
  const partly = new Set<string>()
  for (const [{ source, target }, name] of names) {
    const isMissing = missing.has(name)
    if (isMissing || missing.has(`${name}, when false`)) partly.add(idOf(source))
    for (const to of target ?? [source]) {
      // The root is the chart itself, and has no box.
      if (!source.parent || !to.parent) continue
      const arrow = `${idOf(source)} --> ${idOf(to)}`
      const [covered, total] = arrows.get(arrow) ?? [0, 0]
      arrows.set(arrow, [covered + (isMissing ? 0 : 1), total + 1])
    }
  }
  const classOf = (node: AnyStateNode) =>
    missing.has(toNodePath(node)) ? "missing" : partly.has(idOf(node)) ? "partly" : "covered"

  const draw = (parent: AnyStateNode): string[] =>
    Object.values(parent.states).flatMap((node) => {
      const inner = draw(node)
      const box = `state "${plain(node.key)}" as ${idOf(node)}`
      return inner.length > 0 ? [`${box} {`, ...inner.map((line) => `  ${line}`), "}"] : [box]
    })
  const lines = [
    "classDef covered fill:#d3f9d8,color:#1b4721",
    "classDef partly fill:#fff3bf,color:#5c4400",
    "classDef missing fill:#ffe3e3,color:#7a1010",
    ...draw(machine.root),
    ...[...arrows].map(([arrow, [covered, total]]) => `${arrow}: ${covered} of ${total}`),
    ...nodes.filter((node) => node.parent).map((node) => `class ${idOf(node)} ${classOf(node)}`),
  ]
  return ["stateDiagram-v2", ...lines.map((line) => `  ${line}`), ""].join("\n")
}
