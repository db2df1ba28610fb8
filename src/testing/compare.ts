import { isPlain } from "../values.schema.ts"
import type { Expectation, Observation, Vocabulary } from "./scenario.ts"

/** Returns JSON with its keys in order, so that equal values read the same. */
export const toCanonicalJson = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, part) =>
    isPlain(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
  )

type Parts = Record<string, unknown>

function findDifference(path: string, expected: unknown, seen: unknown): string[] {
  const [wanted = "nothing", got = "nothing"] = [toCanonicalJson(expected), toCanonicalJson(seen)]
  return wanted === got ? [] : [`${path}: expected ${wanted}, saw ${got}`]
}

/** Returns the first difference between two lists. */
function findFirstDifference(path: string, expected: unknown[], seen: unknown[]): string[] {
  const longer = expected.length > seen.length ? expected : seen
  const index = longer.findIndex((_, at) => toCanonicalJson(expected[at]) !== toCanonicalJson(seen[at]))
  const [wanted, got] = [expected[index], seen[index]]
  if (!isPlain(wanted) || !isPlain(got)) return findDifference(`${path}[${index}]`, wanted, got)
  const [parts, others] = [wanted, got] as Parts[]
  return Object.keys({ ...parts, ...others }).flatMap((key) =>
    findDifference(`${path}[${index}].${key}`, parts?.[key], others?.[key]),
  )
}

/** Returns how an observation differs from the expectation. An absent part of the observation is not compared. */
export function compare<V extends Vocabulary>(
  expected: Expectation<V>,
  { step, isWhole, ...rest }: Observation<V>,
): string[] {
  const differences = Object.entries(rest).flatMap(([key, part]) =>
    key === "sent" && Array.isArray(part)
      ? findFirstDifference(key, expected.sent, part)
      : findDifference(key, expected[key as never], part),
  )
  if (step === undefined && !isWhole) return differences
  if (!isPlain(step) || !isPlain(expected.step)) return [...differences, ...findDifference("step", expected.step, step)]
  const [wanted, shown] = [expected.step, step] as Parts[]
  const names = Object.keys(isWhole ? { ...wanted, ...shown } : step)
  // A page shows a failure in its own words: its parts are not compared.
  const toCompare = names.filter((key) => !(shown?.[key] === "shown" && isPlain(wanted?.[key])))
  return [...differences, ...toCompare.flatMap((key) => findDifference(`step.${key}`, wanted?.[key], shown?.[key]))]
}
