import type { Recovery } from "../../machines/auth-intent.types.ts"
import { failureTable } from "./failure-table.ts"

/** Which of the two requests an answer belongs to. */
export type Step = "submit" | "solve"

/** What an unknown error allows, by its status alone. */
export function recoveryByStatus(step: Step, status: number): Recovery {
  if (status === 401) return step === "submit" ? "correct" : "stop"
  if ([400, 413, 422].includes(status)) return "correct"
  if ([404, 410].includes(status)) return "restart"
  if ([407, 408, 425, 429].includes(status) || (status >= 500 && status < 600)) return "retry"
  return "stop"
}

/** Whether the table names a type, at whatever status. */
export const isKnownType = (type: string): boolean =>
  Object.values(failureTable).some((types) => Object.keys(types).some((name) => type === `errors/${name}`))

/** What can be done about an error of the API: by the table, or else by its status. */
export function recoveryOf(step: Step, status: number, type: string): Recovery {
  const table: Record<number, Record<string, Recovery>> = failureTable
  const known = table[status]
  const name = type.replace(/^errors\//, "")
  return known && name !== type && Object.hasOwn(known, name)
    ? (known[name] as Recovery)
    : recoveryByStatus(step, status)
}
