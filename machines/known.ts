/** Returns a value that is there, which the chart guarantees and the compiler cannot see. */
export function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a fact is missing")
  return value
}
