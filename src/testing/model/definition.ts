import { getStateNodes as getDescendants } from "@xstate/graph"
import {
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  getStateNodes,
  type StateValue,
} from "xstate"
import type { Microstep } from "./pure-machine.ts"

/** Returns the path of a state, for example `checkpoint.twoFactor`. */
export const toNodePath = ({ path, machine }: AnyStateNode): string => path.join(".") || machine.id
const isInnermost = ({ type }: AnyStateNode) => type === "atomic" || type === "final"
const lineageOf = (node: AnyStateNode): AnyStateNode[] => (node.parent ? [node, ...lineageOf(node.parent)] : [node])

function nameGuard(guard: AnyTransitionDefinition["guard"]): string {
  if (typeof guard === "string") return ` [${guard}]`
  if (typeof guard === "function") return ` [${guard.name || "inline"}]`
  return guard ? ` [${guard.type}]` : ""
}

/** Returns a state's transitions for an event, in XState's order: wildcards come last, the shortest at the end. */
function candidatesOf({ transitions }: AnyStateNode, event: string): AnyTransitionDefinition[] {
  const wildcards = [...transitions.keys()].filter(
    (key) => key === "*" || (key.endsWith(".*") && `${event}.`.startsWith(key.slice(0, -1))),
  )
  const keys = [event, ...wildcards.sort((one, other) => other.length - one.length)]
  return keys.flatMap((key) => transitions.get(key) ?? [])
}

const whenTrue = (transition: string) => `${transition}, when true`
const whenFalse = (transition: string) => `${transition}, when false`

/** Reads every part of a machine, by a name that can be found in the chart. */
export function readDefinition(machine: AnyStateMachine) {
  const inner = getDescendants(machine.root) as AnyStateNode[]
  const nodes = [machine.root, ...inner]
  /** The names of the transitions. */
  const names = new Map<AnyTransitionDefinition, string>()
  /** How many transitions have a name, before twins get a number. */
  const counts = new Map<string, number>()
  const signals = new Map<string, { node: AnyStateNode; name: string }[]>()
  const [delays, invokes]: [string[], string[]] = [[], []]

  function addSignal(all: string[], event: string, node: AnyStateNode, what: string) {
    const name = `${toNodePath(node)}: ${what}`
    signals.set(event, [...(signals.get(event) ?? []), { node, name }])
    all.push(name)
  }

  function addTransition(transition: AnyTransitionDefinition) {
    const { source, eventType, guard, target } = transition
    const event = signals.get(eventType)?.at(-1)?.name ?? `${toNodePath(source)}: ${eventType || "always"}`
    const base = `${event}${nameGuard(guard)} → ${target?.map(toNodePath).join(" and ") ?? "stays"}`
    const count = (counts.get(base) ?? 0) + 1
    counts.set(base, count)
    names.set(transition, count > 1 ? `${base} (${count})` : base)
  }

  for (const node of nodes) {
    for (const { eventType, delay } of node.after) addSignal(delays, eventType, node, `after ${delay}`)
    for (const { id } of node.invoke) {
      addSignal(invokes, `xstate.done.actor.${id}`, node, `${id} done`)
      addSignal(invokes, `xstate.error.actor.${id}`, node, `${id} error`)
    }
    for (const each of [...node.transitions.values()].flat()) addTransition(each)
    for (const each of node.always ?? []) addTransition(each)
  }

  const nodesIn = (value: StateValue): AnyStateNode[] => getStateNodes(machine.root, value)
  const nameTaken = ({ taken }: Microstep) => taken.map((each) => names.get(each) ?? "")

  /** Names the evaluated guards: from the innermost state outwards, from first to last, until one is true. */
  function guardsOf(value: StateValue, event: string, taken: readonly AnyTransitionDefinition[]): string[] {
    const evaluated = nodesIn(value)
      .filter(isInnermost)
      .map((node) => lineageOf(node).flatMap((each) => (event ? candidatesOf(each, event) : (each.always ?? []))))
    return evaluated.flatMap((candidates) => {
      const chosen = candidates.findIndex((candidate) => taken.includes(candidate))
      return candidates.slice(0, chosen + 1 || undefined).flatMap((candidate, index) => {
        const name = names.get(candidate) ?? ""
        const side = candidate.guard ? [index === chosen ? whenTrue(name) : whenFalse(name)] : []
        return index === chosen ? [name, ...side] : side
      })
    })
  }

  /** Names a microstep's parts. Before an event, all eventless guards are false; at the first event this is known. */
  function partsOfStep({ before, event, taken, after }: Microstep, isFirst: boolean): string[] {
    const entered = nodesIn(after).flatMap((node) => (node.parent ? [toNodePath(node)] : []))
    if (before === undefined) return entered
    if (taken[0]?.eventType === "") return [...guardsOf(before, "", taken), ...entered]
    // Several states may use the same id for an invoke.
    const active = nodesIn(before)
    const met = (signals.get(event.type) ?? []).filter(({ node }) => active.includes(node)).map(({ name }) => name)
    const closed = isFirst ? [] : guardsOf(before, "", [])
    return [...met, ...closed, ...guardsOf(before, event.type, taken), ...entered]
  }

  function computeParts(trace: readonly Microstep[], status: string): string[] {
    const end = trace.at(-1)?.after
    const rest = end === undefined || status !== "active" ? [] : guardsOf(end, "", [])
    return [...new Set([...trace.flatMap((step, index) => partsOfStep(step, index === 0)), ...rest])]
  }

  const known = new Map<string, string[]>()
  return {
    /** The root, and every state and history state in it. */
    nodes,
    names,
    states: inner.filter(({ type }) => type !== "history").map(toNodePath),
    /** The innermost states in which a machine can rest: they have no eventless transition without a guard. */
    resting: inner
      .filter((node) => isInnermost(node) && !node.always?.some(({ guard }) => guard === undefined))
      .map(toNodePath),
    transitions: [...names.values()],
    guards: [...names].flatMap(([{ guard }, name]) => (guard ? [whenTrue(name), whenFalse(name)] : [])),
    delays,
    invokes,
    /** Returns the names of the transitions that were taken. */
    taken: (trace: readonly Microstep[]): string[] => trace.flatMap(nameTaken),
    /** Returns the parts that a machine went through, by their names. */
    partsOf(trace: readonly Microstep[], status: string): readonly string[] {
      const steps = trace.map((step) => [step.before, step.event.type, nameTaken(step), step.after])
      const key = JSON.stringify([status, steps])
      const found = known.get(key) ?? computeParts(trace, status)
      known.set(key, found)
      return found
    },
  }
}
