/** Returns the texts and numbers in a value, at any depth. */
export const textsOf = (value: unknown): string[] =>
  ["string", "number"].includes(typeof value) ? [String(value)] : Object.values(value ?? {}).flatMap(textsOf)

/** Whether a value is an object literal or a list. */
export const hasNoClass = (value: unknown): value is object =>
  [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value ?? 0))

/** Copies plain data, but no instances of classes: a transport may wipe the data that it has opened. */
export function copy<Value>(value: Value): Value {
  if (!hasNoClass(value)) return value
  const entries = Object.entries(value).map(([name, part]) => [name, copy(part)])
  return (Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries)) as Value
}
