import { type AnyStateMachine, assign, createMachine, not, stateIn } from "xstate"

/** A machine with one change in its chart, or in one function that the chart names. */
export interface Mutant {
  operator: string
  name: string
  machine: AnyStateMachine
}

/** A part of the chart, as plain data. */
interface Part {
  [key: string]: Part | Part[] | string | undefined
}
/** A function that the chart names. */
export type Named = (args: Args, params: unknown) => unknown
type Args = Record<"context" | "event", Readonly<Record<string, unknown>>>

/** A transition in its ordered list. */
interface Site {
  where: string
  list: Part[]
  at: number
}

const listOf = (value: Part[string]): Part[] =>
  (Array.isArray(value) ? value : [value]).map((each) =>
    typeof each === "object" ? { ...each } : { target: each as string },
  )
const record = (value: Part[string]) => (value ?? {}) as Record<string, Part[string]>

/** Copies a chart, each transition as an object in a list. */
function normalize(node: Part): Part {
  const lists = (from: Part[string]) =>
    Object.fromEntries(Object.entries(record(from)).map(([key, each]) => [key, listOf(each)]))
  const { on, after, always, invoke, states, ...rest } = node
  const { onDone, onError, ...actor } = record(invoke)
  return {
    ...rest,
    ...(on && { on: lists(on) as Part }),
    ...(after && { after: lists(after) as Part }),
    ...(always && { always: listOf(always) }),
    ...(invoke && { invoke: { ...actor, onDone: listOf(onDone), onError: listOf(onError) } as Part }),
    ...(states && {
      states: Object.fromEntries(Object.entries(record(states)).map(([key, each]) => [key, normalize(each as Part)])),
    }),
  }
}

const statesIn = (node: Part, path = ""): { path: string; node: Part }[] => [
  { path, node },
  ...Object.entries(record(node["states"])).flatMap(([key, each]) =>
    statesIn(each as Part, path ? `${path}.${key}` : key),
  ),
]

function sitesIn(config: Part): Site[] {
  return statesIn(config).flatMap(({ path, node }) => {
    const { onDone, onError } = record(node["invoke"])
    const lists = { ...record(node["on"]), ...record(node["after"]), always: node["always"], onDone, onError }
    return Object.entries(lists).flatMap(([event, list]) =>
      ((list ?? []) as Part[]).map((each, at) => ({
        where: `${path}: ${event} ${at + 1} → ${each["target"] ?? "stays"}`,
        list: list as Part[],
        at,
      })),
    )
  })
}

const build = (config: Part, machine: AnyStateMachine): AnyStateMachine =>
  createMachine({ ...config, options: { maxIterations: 100 } } as never).provide(machine.implementations as never)

/** Returns the names of the actions of a transition, or of an entry. */
const actionsOf = (value: Part[string]) => (Array.isArray(value) ? value : value === undefined ? [] : [value])
const without = (value: Part[string], at: number) => actionsOf(value).filter((_, index) => index !== at) as Part[]

/**
 * Changes the chart, one thing at a time. Two neighbours are swapped only if some call finds both guards true. An
 * action is dropped only if it changes something: a log entry shows in no scenario.
 */
export function mutateChart(machine: AnyStateMachine, calls: Calls): Mutant[] {
  const { guards, actions } = machine.implementations as object as Implementations
  const isAssign = (name: unknown) => typeof actions[String(name)]?.assignment === "function"
  const areBothTrue = (one: Part[string], other: Part[string]) =>
    (calls.get(`guards ${one}`)?.args ?? []).some(
      (args) => run(guards[String(one)] as Named, args) && (!other || run(guards[String(other)] as Named, args)),
    )
  const mutants: Mutant[] = []
  const fresh = () => normalize(machine.config as object as Part)
  const add = (operator: string, name: string, change: (config: Part) => void) => {
    const config = fresh()
    change(config)
    mutants.push({ operator, name, machine: build(config, machine) })
  }
  const config = fresh()
  const states = statesIn(config).filter(({ path }) => path)
  const targets = states.filter(({ node }) => !node["always"]).map(({ path }) => `#${machine.id}.${path}`)

  sitesIn(config).forEach(({ where, list, at }, index) => {
    const { target, guard, actions: named, reenter } = list[at] ?? {}
    const change = (operator: string, more: string, edit: (site: Site) => void) =>
      add(operator, `${where}${more}`, (fresh) => edit(sitesIn(fresh)[index] as Site))
    const set = (key: string, value: Part[string]) => (site: Site) =>
      Object.assign(site.list[site.at] ?? {}, { [key]: value })

    change("a transition dropped", "", (site) => site.list.splice(site.at, 1))
    for (const each of targets) {
      const isSame = each === target || each.endsWith(`.${String(target).replace("#", "")}`)
      if (target !== undefined && !isSame) change("a transition retargeted", ` but ${each}`, set("target", each))
    }
    const next = list[at + 1]
    if (next && areBothTrue(guard, next["guard"])) {
      change("neighbours swapped", "", (site) =>
        site.list.splice(site.at, 2, ...site.list.slice(site.at, at + 2).reverse()),
      )
    }
    if (guard) change("a guard always true", ` [${guard}]`, set("guard", undefined))
    if (guard) change("a guard never true", ` [${guard}]`, set("guard", (() => false) as never))
    if (reenter) change("a flag dropped", " reenter", set("reenter", undefined))
    actionsOf(named).forEach((action, place) => {
      if (isAssign(action))
        change("an action dropped", ` ${String(action)}`, (site) => set("actions", without(named, place))(site))
    })
  })

  states.forEach(({ path, node }) => {
    const at = (fresh: Part, where = path) => statesIn(fresh).find((each) => each.path === where)?.node as Part
    for (const key of ["tags", "type"]) {
      if (node[key]) add("a flag dropped", `${path}: ${key}`, (fresh) => delete at(fresh)[key])
    }
    actionsOf(node["entry"]).forEach((action, place) => {
      if (!isAssign(action)) return
      add("an action dropped", `${path}: entry ${String(action)}`, (fresh) => {
        at(fresh)["entry"] = without(node["entry"], place)
      })
    })
    if (node["states"] || node["always"] || node["type"] === "final") return
    for (const above of states.filter((each) => path === each.path || path.startsWith(`${each.path}.`))) {
      const isElsewhere = not(stateIn(`#${machine.id}.${path}`)) as object as Part
      for (const event of Object.keys(record(above.node["on"]))) {
        add("an event removed in one leaf", `${path}: ${event}`, (fresh) => {
          at(fresh)["on"] = { ...(record(at(fresh)["on"]) as Part), [event]: { actions: [] } }
        })
      }
      for (const delay of above.path === path ? [] : Object.keys(record(above.node["after"]))) {
        add("an event removed in one leaf", `${path}: after ${delay}`, (fresh) => {
          for (const each of record(at(fresh, above.path)["after"])[delay] as Part[]) each["guard"] = isElsewhere
        })
      }
    }
  })
  return mutants
}

/** Returns a copy of a value with the part at a path replaced. */
function put(value: unknown, [key, ...rest]: string[], change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  if (typeof value !== "object" || value === null || !(key in value)) return value
  return { ...value, [key]: put((value as Record<string, unknown>)[key], rest, change) }
}

const omit = (value: unknown, key: string) =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => name !== key))

const values = [
  ...["context.resumedFrom", "context.checkpoint", "context.accountId", "context.expiresAt", "context.request"],
  ...["context.failure", "context.failureBy", "context.attempts", "context.failedPolls", "context.retryAt"],
  ...["context.timedOut", "context.unanswered", "context.intentLifetime", "context.solveGrace"],
  ...["context.inAppPollInterval", "context.checkpoint.canApproveInApp", "event.output", "event.output.sent"],
  ...["event.output.failure.type", "event.output.failure.status", "event.output.failure.recovery"],
  ...["event.output.failure.retryAt", "event.output.checkpoint"],
]
const times = ["event.output.at", "context.expiresAt", "context.retryAt", "event.output.failure.retryAt"]

type Implementations = Record<"guards" | "actions" | "delays", Record<string, Named & { assignment?: Named }>>

/** Each function with the arguments of its calls, by its kind and name. */
export type Calls = Map<string, { fn: Named; args: Args[] }>

/** Changes one function at a time: its input or its result. A change is a mutant only if some call shows it. */
export function mutateFunctions(machine: AnyStateMachine, calls: Calls): Mutant[] {
  const mutants: Mutant[] = []
  const { guards, actions, delays } = machine.implementations as object as Implementations
  const differs = (name: string, fn: Named, changed: Named) =>
    (calls.get(name)?.args ?? []).some((args) => JSON.stringify(run(fn, args)) !== JSON.stringify(run(changed, args)))
  const add = (
    operator: string,
    kind: keyof Implementations,
    name: string,
    what: string,
    fn: Named,
    changed: Named,
  ) => {
    if (kind !== "delays" && !differs(`${kind} ${name}`, fn, changed)) return
    const made = kind === "actions" ? assign(changed as never) : changed
    mutants.push({
      operator,
      name: `${name}: ${what}`,
      machine: machine.provide({ [kind]: { [name]: made } } as never),
    })
  }
  const readers: [keyof Implementations, string, string, Named][] = [
    ...Object.entries(guards).map(([name, fn]) => ["guards", "a guard", name, fn] as never),
    ...Object.entries(actions).flatMap(([name, { assignment }]) =>
      typeof assignment === "function" ? [["actions", "an action", name, assignment] as never] : [],
    ),
  ]
  for (const [kind, label, name, fn] of readers) {
    for (const path of values) {
      const blind: Named = (args, params) => fn(put(args, path.split("."), () => undefined) as Args, params)
      add(`${label} blind to a value`, kind, name, path, fn, blind)
    }
    for (const path of times) {
      for (const ms of [-1, 1]) {
        const shift = (value: unknown) => (typeof value === "number" ? value + ms : value)
        const off: Named = (args, params) => fn(put(args, path.split("."), shift) as Args, params)
        add(`${label} off by a millisecond`, kind, name, `${path} ${ms}`, fn, off)
      }
    }
    if (kind === "guards") continue
    const keys = new Set((calls.get(`actions ${name}`)?.args ?? []).flatMap((args) => Object.keys(run(fn, args) ?? {})))
    for (const key of keys) {
      add("an assigned key left out", kind, name, key, fn, (args, params) => omit(fn(args, params), key))
    }
  }
  for (const [name, fn] of Object.entries(delays)) {
    const change: Record<string, (ms: number) => number> = {
      halved: (ms) => Math.round(ms / 2),
      doubled: (ms) => ms * 2,
      "a millisecond less": (ms) => ms - 1,
      "a millisecond more": (ms) => ms + 1,
    }
    for (const [what, to] of Object.entries(change)) {
      add("a delay changed", "delays", name, what, fn, (args, params) => to(fn(args, params) as number))
    }
  }
  return mutants
}

function run(fn: Named, args: Args): unknown {
  try {
    return fn(args, undefined)
  } catch {
    return "thrown"
  }
}

/** Leaves out one key of an invoked actor's input, or of a final state's output. */
export function mutateData(machine: AnyStateMachine, keys: Record<string, readonly string[]>): Mutant[] {
  return Object.entries(keys).flatMap(([path, names]) =>
    names.map((key) => {
      const config = normalize(machine.config as object as Part)
      const node = statesIn(config).find((each) => each.path === path)?.node as Part
      const [of, what] = node["invoke"] ? [node["invoke"] as Part, "input"] : [node, "output"]
      const fn = of[what] as object as Named
      of[what] = ((args: Args) => omit(fn(args, undefined), key)) as never
      const operator = what === "input" ? "an input key left out" : "an output key left out"
      return { operator, name: `${path}: ${key}`, machine: build(config, machine) }
    }),
  )
}
