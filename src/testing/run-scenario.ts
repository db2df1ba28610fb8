import type { AnyStateMachine } from "xstate"
import { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import { attempt } from "../attempt.ts"
import { callWithin, TimeoutError } from "../call-within.ts"
import { isPlain, parse } from "../values.schema.ts"
import type { AuthIntentVocabulary } from "./auth-intent/vocabulary.ts"
import { compare, toCanonicalJson } from "./compare.ts"
import { platformTimers } from "./create-test-clock.ts"
import { drawScenario } from "./draw.ts"
import type { Catalogue } from "./model/catalogue.ts"
import { fail } from "./model/fail.ts"
import type { Driver, Expectation, Observation, Scenario, Vocabulary } from "./scenario.ts"
import { type Deviation, shrink } from "./shrink.ts"
import { getStudy } from "./study.ts"
import { runScenarioArguments } from "./testing.schema.ts"

/** The options of `runScenario`. */
export interface RunScenarioOptions<V extends Vocabulary> {
  /** The correct machine: it computes the expectations when a failure is shrunk. @default authIntentMachine */
  machine?: AnyStateMachine
  /** @default the library's, for its own machines */
  catalogue?: Catalogue<V>
  /** How long a failing scenario is shrunk, in ms of real time; 0 turns shrinking off. @default 2000 */
  shrinkFor?: number
  /** How long one call of the driver may take before it counts as stuck, in ms of real time. @default 60_000 */
  timeout?: number
}

/** The drivers that play a scenario now. */
const busy = new WeakSet<object>()

/**
 * Plays a scenario through a driver, and compares what shows with what must hold: after each step, and once more after
 * the end if the driver has `afterEnd`. A failing scenario is shrunk to the shortest one found that still fails.
 * @throws ScenarioError at the first step that differs, or that the driver cannot play.
 * @throws AuthIntentError `unknown_machine`, or `invalid_option` for an invalid scenario or driver, and for a driver
 * that plays another scenario.
 * @example
 * await runScenario(scenario, createActorDriver())
 */
export async function runScenario<V extends Vocabulary = AuthIntentVocabulary>(
  scenario: Scenario<V>,
  driver: Driver<V>,
  options: RunScenarioOptions<V> = {},
): Promise<void> {
  parse(runScenarioArguments, { scenario, driver, options }, "invalid_option", "runScenario")
  const { machine = authIntentMachine, catalogue: given, shrinkFor = 2000, timeout } = options
  const studied = getStudy(machine, given)
  if (busy.has(driver))
    fail("invalid_option", "runScenario: driver: it plays another scenario, and plays one at a time")
  busy.add(driver)
  try {
    const run = (each: Scenario<V>) => play(each, driver, timeout)
    const deviation = await run(scenario)
    if (deviation === undefined) return
    const failing = { scenario, deviation }
    const isShrunk = shrinkFor > 0 && !(deviation.cause instanceof TimeoutError)
    const shortest = isShrunk ? await shrink(failing, run, studied, shrinkFor) : failing
    throw new ScenarioError(scenario.name, shortest.scenario as object as Scenario, shortest.deviation)
  } finally {
    busy.delete(driver)
  }
}

/** Plays a scenario, and returns its first deviation. */
export async function play<V extends Vocabulary>(
  scenario: Scenario<V>,
  driver: Driver<V>,
  timeout = 60_000,
): Promise<Deviation | undefined> {
  const call = <Value>(run: () => Value) => callWithin(timeout, run, { timers: platformTimers })
  const deviation = await playSteps(scenario, driver, call)
  try {
    await call(() => driver.stop?.())
  } catch (cause) {
    return deviation ?? thrownBy("stop", Math.max(scenario.steps.length - 1, 0), cause)
  }
  return deviation
}

/** Returns the deviation of a driver that threw, an error or any other value. */
function thrownBy(method: string, index: number, cause: unknown): Deviation {
  const isText = cause instanceof Error || typeof cause !== "object"
  const text = isText ? String(cause) : (attempt(() => toCanonicalJson(cause)) ?? "an object")
  const what = cause instanceof TimeoutError ? `has not returned: ${cause.message}` : `threw ${text}`
  return { index, differences: [`${method}() of the driver ${what}`], cause }
}

async function playSteps<V extends Vocabulary>(
  { input, steps }: Scenario<V>,
  driver: Driver<V>,
  call: <Value>(run: () => Value) => Promise<Awaited<Value>>,
): Promise<Deviation | undefined> {
  let sent: unknown[] = []
  let index = -1
  let method = "start"

  async function look(expected: Expectation<V>): Promise<string[]> {
    method = "observe"
    const seen: unknown = await call(() => driver.observe())
    if (isPlain(seen)) return compare(expected, seen as Observation<V>)
    return [`observe() of the driver returns ${toCanonicalJson(seen) ?? "nothing"}, and no observation`]
  }

  try {
    await call(() => driver.start(input))
    for (const { do: move, ignored = false, expect } of steps) {
      index += 1
      method = ["clock", "server", "person"].find((each) => each in move) ?? ""
      if ("clock" in move) await call(() => driver.clock(move.clock, move.asleep === true))
      else if ("server" in move) await call(() => driver.server(move.server, move.to))
      else if (method) await call(() => driver.person(move, ignored))
      else return { index, differences: ["The step has no move: there are person, server and clock"] }
      sent = [...sent, ...expect.sent]
      const differences = await look({ ...expect, sent })
      if (differences.length > 0) return { index, differences }
    }
    const end = steps[index]?.expect
    if (end?.output === undefined || driver.afterEnd === undefined) return undefined
    method = "afterEnd"
    await call(() => driver.afterEnd?.())
    const differences = await look({ ...end, sent })
    if (differences.length > 0) return { index, differences: differences.map((each) => `after the end, ${each}`) }
  } catch (cause) {
    return thrownBy(method, Math.max(index, 0), cause)
  }
  return undefined
}

function toCode({ steps, ...rest }: Scenario): string {
  const lines = Object.entries(rest).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`)
  const played = steps.map((step) => `    ${JSON.stringify(step)},`)
  return ["await runScenario({", ...lines, "  steps: [", ...played, "  ],", "}, driver)"].join("\n")
}

/** The error of a failed scenario: the step, the differences, the code that plays it again, and its diagram. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError"
  /** The shortest scenario found that fails. */
  readonly scenario: Scenario
  /** The index of the step that failed, and what differed. */
  readonly index: number
  readonly differences: readonly string[]

  constructor(title: string, scenario: Scenario, failed: Deviation) {
    const { index, differences, cause } = failed
    const { steps } = scenario
    const shrunk = scenario.name === title ? "" : `, shrunk to "${scenario.name}",`
    const where = `"${title}"${shrunk} went wrong at step ${index + 1} of ${steps.length}, ${JSON.stringify(steps[index]?.do)}:`
    const lines = differences.map((line) => `  ${line}`)
    const again = ["Play it again:", toCode(scenario), "", "As a diagram (Mermaid):", drawScenario(scenario, failed)]
    super([where, ...lines, "", ...again].join("\n"), { cause })
    this.scenario = scenario
    this.index = index
    this.differences = differences
  }
}
