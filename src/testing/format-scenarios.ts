import { parse } from "../values.schema.ts"
import type { Move, Scenario } from "./scenario.ts"
import { formatScenariosArguments } from "./testing.schema.ts"

/** Prints a value in one line, without quotes around names. */
const print = (value: unknown): string =>
  (JSON.stringify(value) ?? "nothing").replaceAll(/"([A-Za-z_]\w*)":/g, "$1: ").replaceAll(",", ", ")

function printMove(move: Move): string {
  if ("clock" in move) return `${move.asleep ? "jump" : "clock"} ${move.clock}`
  if ("server" in move) return `server ${move.to ? `${move.to} ` : ""}${print(move.server)}`
  const { person, ...rest } = move
  return `person ${person}${Object.keys(rest).length > 0 ? ` ${print(rest)}` : ""}`
}

function findChanges(before: unknown, after: unknown): Record<string, unknown> {
  const [one, other] = [Object(before) as Record<string, unknown>, Object(after) as Record<string, unknown>]
  const keys = Object.keys({ ...one, ...other })
  const changed = keys.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
  return Object.fromEntries(changed.map((key) => [key, other[key] ?? null]))
}

/**
 * Prints scenarios as text for a golden file, whose changes are reviewed: a line for each move, and below it what is
 * new in the expectation.
 * @throws AuthIntentError `invalid_option`.
 * @example
 * await expect(formatScenarios(getScenarios({ strategy: "transitions" }))).toMatchFileSnapshot("scenarios.txt")
 */
export function formatScenarios(scenarios: readonly Scenario[]): string {
  parse(formatScenariosArguments, { scenarios }, "invalid_option", "formatScenarios")
  const texts = scenarios.map(({ name, input, steps }) => {
    const lines = steps.flatMap(({ do: move, ignored, expect }, index) => {
      const before = steps[index - 1]?.expect
      const { state, sent, output } = expect
      const [step, saved] = [findChanges(before?.step, expect.step), findChanges(before?.saved, expect.saved)]
      return [
        `  ${printMove(move)}${ignored ? " (ignored)" : ""} → ${state}`,
        ...sent.map((each) => `    sent ${print(each)}`),
        ...(Object.keys(step).length > 0 ? [`    step ${print(step)}`] : []),
        ...(Object.keys(saved).length > 0 ? [`    saved ${print(saved)}`] : []),
        ...(output !== undefined && before?.output === undefined ? [`    output ${print(output)}`] : []),
      ]
    })
    return [name, `  input ${print(input ?? null)}`, ...lines].join("\n")
  })
  return `${texts.join("\n\n")}\n`
}
