import { getStateNodes } from "@xstate/graph"
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate"
import { nodePath } from "./state-path.ts"

/** What coverage counts. */
export type CoverageKind = "states" | "transitions" | "guards" | "delays" | "invokes" | "failures"

/** Every part of a machine, by a name that a person finds in the chart. */
export interface Definition {
  parts: Record<Exclude<CoverageKind, "failures">, string[]>
  /** The names of transitions. */
  transitions: Map<AnyTransitionDefinition, string>
  /** The names of delays, and of invokes' two sides, by the event that tells of them. */
  signals: Map<string, string>
}

export const whenTrue = (transition: string) => `${transition}, when true`
export const whenFalse = (transition: string) => `${transition}, when false`

function nameGuard(guard: AnyTransitionDefinition["guard"]): string {
  if (typeof guard === "string") return ` [${guard}]`
  if (typeof guard === "function") return ` [${guard.name || "inline"}]`
  return guard ? ` [${guard.type}]` : ""
}

/** Reads a machine's definition. */
export function readDefinition(machine: AnyStateMachine): Definition {
  const nodes = getStateNodes(machine.root) as AnyStateNode[]
  const transitions = new Map<AnyTransitionDefinition, string>()
  const signals = new Map<string, string>()
  const parts: Definition["parts"] = {
    states: nodes.map(nodePath),
    transitions: [],
    guards: [],
    delays: [],
    invokes: [],
  }

  function addSignal(kind: "delays" | "invokes", event: string, name: string) {
    signals.set(event, name)
    parts[kind].push(name)
  }

  function addTransition(transition: AnyTransitionDefinition) {
    const { source, eventType, guard, target } = transition
    const event = signals.get(eventType) ?? `${nodePath(source)}: ${eventType || "always"}`
    const base = `${event}${nameGuard(guard)} → ${target?.map(nodePath).join(" and ") ?? "stays"}`
    const twins = parts.transitions.filter((name) => name === base || name.startsWith(`${base} (`)).length
    const name = twins ? `${base} (${twins + 1})` : base
    transitions.set(transition, name)
    parts.transitions.push(name)
    if (guard) parts.guards.push(whenTrue(name), whenFalse(name))
  }

  for (const node of [machine.root, ...nodes]) {
    const state = nodePath(node)
    for (const { eventType, delay } of node.after) addSignal("delays", eventType, `${state}: after ${delay}`)
    for (const { id } of node.invoke) {
      addSignal("invokes", `xstate.done.actor.${id}`, `${state}: ${id} done`)
      addSignal("invokes", `xstate.error.actor.${id}`, `${state}: ${id} error`)
    }
    for (const each of [...node.transitions.values()].flat()) addTransition(each)
    for (const each of node.always ?? []) addTransition(each)
  }
  return { parts, transitions, signals }
}
