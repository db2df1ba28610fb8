/** Returns a value that is never `undefined` here. The chart guarantees this; the compiler cannot see it. */
export function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a fact is missing")
  return value
}
