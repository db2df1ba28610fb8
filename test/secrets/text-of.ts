import { inspect } from "node:util"

/** Every text and number that can be reached from a value by its own properties, hidden and symbols included. */
function reachable(root: unknown): string[] {
  const seen = new Set<unknown>([root])
  const reach = (value: unknown) => seen.add(value)
  // A set iterates over what is added on the way.
  for (const value of seen) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) continue
    if (value instanceof Map || value instanceof Set) for (const item of value) reach(item)
    for (const key of Reflect.ownKeys(value)) {
      reach(key)
      reach(Object.getOwnPropertyDescriptor(value, key)?.value)
    }
  }
  return [...seen].filter((value) => typeof value !== "object" && typeof value !== "function").map(String)
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ""
  } catch (error) {
    return String(error)
  }
}

/** Everything that a value shows of itself: as JSON, as inspected to `depth` levels, and by walking its properties. */
export const textOf = (value: unknown, depth = Number.POSITIVE_INFINITY): string =>
  [json(value), inspect(value, { depth, showHidden: true, maxStringLength: null }), ...reachable(value)].join("\n")
