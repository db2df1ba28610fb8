import { type AnyStateMachine, assign } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { authIntentCatalogue } from "../../src/testing/auth-intent/catalogue.ts"
import { createMachineDriver } from "../../src/testing/create-machine-driver.ts"
import { getScenarios } from "../../src/testing/get-scenarios.ts"
import { play } from "../../src/testing/run-scenario.ts"
import type { Machine } from "../oracle/catalogue.ts"
import { findBroken } from "../oracle/properties.ts"
import { type Calls, type Mutant, mutateChart, mutateData, mutateFunctions, type Named } from "./mutants.ts"

/** Plays the generated scenarios on each mutant of the machine, and prints the findings per operator. */
const strategies = {
  transitions: getScenarios({ strategy: "transitions", without: [] }),
  grid: getScenarios({ strategy: "grid", without: [] }),
  pairs: getScenarios({ strategy: "pairs", without: [] }),
  simple: getScenarios({ strategy: "simple", without: [] }),
}
type Strategy = keyof typeof strategies
const names = Object.keys(strategies) as Strategy[]
const columns = [...names, "temporal"] as const
const untils = [1, 2, names.length, columns.length]
type Found = Partial<Record<Strategy | "temporal", string>>

async function playAll(machine: AnyStateMachine, strategy: Strategy): Promise<string | undefined> {
  const driver = createMachineDriver(machine, authIntentCatalogue)
  for (const scenario of strategies[strategy]) {
    const deviation = await play(scenario, driver)
    if (deviation) return `${scenario.name}: ${deviation.differences[0]}`
  }
  return undefined
}

/** Looks for a property of the contract that fails in the mutant's whole graph. */
function checkProperties(machine: AnyStateMachine): string | undefined {
  try {
    return findBroken(machine as object as Machine)[0]?.property
  } catch (error) {
    return String(error)
  }
}

/** Records every call of the machine's functions over its whole graph, and during all scenarios. */
async function recordCalls(): Promise<Calls> {
  const calls: Calls = new Map()
  const noting = (id: string, fn: Named): Named => {
    const seen = new Set<string>()
    calls.set(id, { fn, args: [] })
    return (args, params) => {
      const { context, event } = args
      const json = JSON.stringify([context, event])
      if (!seen.has(json)) calls.get(id)?.args.push({ context, event })
      seen.add(json)
      return fn(args, params)
    }
  }
  const { guards = {}, actions = {} } = authIntentMachine.implementations as object as Record<
    string,
    Record<string, Named>
  >
  const provided: Record<"guards" | "actions", Record<string, unknown>> = { guards: {}, actions: {} }
  for (const [name, fn] of Object.entries(guards)) provided.guards[name] = noting(`guards ${name}`, fn)
  for (const [name, { assignment }] of Object.entries(actions as Record<string, { assignment?: unknown }>)) {
    if (typeof assignment !== "function") continue
    provided.actions[name] = assign(noting(`actions ${name}`, assignment as Named) as never)
  }
  const noted = authIntentMachine.provide(provided as never)
  findBroken(noted as Machine)
  for (const strategy of names) {
    const deviation = await playAll(noted as AnyStateMachine, strategy)
    if (deviation) throw new Error(`The machine itself fails: ${deviation}`)
  }
  return calls
}

const keys = {
  submitting: ["provider", "credentials"],
  solving: ["provider", "accountId", "expiresAt", "solution"],
  connected: ["status", "provider", "accountId"],
  expired: ["status", "provider", "accountId", "expiresAt", "failure", "mayBeConnected"],
  failed: ["status", "provider", "accountId", "failure", "mayBeConnected"],
}

/** Plays every mutant and prints the table; `only` is a part of an operator's name or a mutant's. */
export async function playMutants(only = ""): Promise<void> {
  console.warn = () => {}
  const machine = authIntentMachine as object as AnyStateMachine
  const calls = await recordCalls()
  const mutants = [...mutateChart(machine, calls), ...mutateFunctions(machine, calls), ...mutateData(machine, keys)]
  const results: { mutant: Mutant; found: Found }[] = []
  for (const mutant of mutants.filter(({ operator, name }) => `${operator}: ${name}`.includes(only))) {
    const found: Found = {}
    for (const strategy of names) {
      const how = await playAll(mutant.machine, strategy).catch(String)
      if (how) found[strategy] = how
      if (how) break
    }
    const broken = Object.keys(found).length === 0 && checkProperties(mutant.machine)
    if (broken) found.temporal = broken
    results.push({ mutant, found })
  }
  const count = (of: typeof results, until: number) =>
    of.filter(({ found }) => columns.slice(0, until).some((name) => found[name])).length
  const operators = [...new Set(results.map(({ mutant }) => mutant.operator))]
  const shares = (until: number) =>
    operators.map((operator) => {
      const of = results.filter(({ mutant }) => mutant.operator === operator)
      return (100 * count(of, until)) / of.length
    })
  const percent = (share: number) => `${share.toFixed(1)} %`
  const mean = (until: number) => percent(shares(until).reduce((sum, share) => sum + share, 0) / operators.length)
  console.log(
    "| operator | mutants | transitions | with grid | with all strategies | with the properties |\n| --- | --- | --- | --- | --- | --- |",
  )
  for (const operator of [...operators, undefined]) {
    const of = results.filter(({ mutant }) => operator === undefined || mutant.operator === operator)
    const cells = untils.map((until) => `${count(of, until)} (${percent((100 * count(of, until)) / of.length)})`)
    console.log(`| ${operator ?? "all"} | ${of.length} | ${cells.join(" | ")} |`)
  }
  console.log(`| mean over operators | | ${untils.map(mean).join(" | ")} |`)
  console.log("\nFound by another strategy than transitions alone:")
  for (const { mutant, found } of results) {
    const [first] = Object.keys(found)
    if (first && first !== "transitions") console.log(`- ${first}: ${mutant.operator}, ${mutant.name}`)
  }
  console.log("\nSurvivors:")
  for (const { mutant, found } of results) {
    if (Object.keys(found).length === 0) console.log(`- ${mutant.operator}, ${mutant.name}`)
  }
}
