import type { Observation } from "./driver.ts"
import type { Expectation, Vocabulary } from "./scenario.ts"

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** JSON with its keys in order, so that equal values read the same. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
  )

function difference(path: string, expected: unknown, seen: unknown): string[] {
  const [wanted = "nothing", got = "nothing"] = [canonical(expected), canonical(seen)]
  return wanted === got ? [] : [`${path}: expected ${wanted}, saw ${got}`]
}

/** Says where what is seen differs from what must hold, a line each; what an observation leaves out is not compared. */
export function compare<V extends Vocabulary>(expected: Expectation<V>, { step, ...rest }: Observation<V>): string[] {
  const parts: [string, unknown, unknown][] = [
    ...Object.entries(rest).map(([key, seen]): [string, unknown, unknown] => [key, expected[key as "state"], seen]),
    ...Object.entries(step ?? {}).map(([key, seen]): [string, unknown, unknown] => [
      `step.${key}`,
      expected.step[key as keyof V["step"]],
      seen,
    ]),
  ]
  return parts.flatMap(([path, wanted, seen]) => difference(path, wanted, seen))
}
