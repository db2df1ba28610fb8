import { mask } from "../http/mask.ts"

/** A copy of plain JSON in which no text, of a key or a value, says what a page may not know. */
export function hide(value: unknown, hidden: readonly string[]): unknown {
  if (typeof value === "string") return mask(value, hidden)
  if (Array.isArray(value)) return value.map((item) => hide(item, hidden))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [mask(key, hidden), hide(item, hidden)]))
}
