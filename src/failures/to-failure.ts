import { clientFailure, type Failure, failureTable, type Recovery } from "../../machines/failures.ts"
import type { Provider } from "../../machines/providers.ts"
import { read } from "../values.schema.ts"
import { problemDetails } from "./problem-details.schema.ts"

/** Which of the two requests a response belongs to. */
export type Operation = "submit" | "solve"

/** A response of the API, with its body as parsed JSON, or `undefined` where it was none. */
export interface ApiResponse {
  operation: Operation
  provider: Provider
  status: number
  json: unknown
  /** When to try again, in epoch ms. */
  retryAt?: number
}

type Declared = Readonly<Record<string, { status: number; recovery: Recovery }>>

/** Turns a response that is no success into a failure: by its type where that is known, or else by its status. */
export function toFailure(response: Omit<ApiResponse, "provider">, failures?: Declared): Failure {
  const { operation, json, retryAt } = response
  const status = response.status > 599 ? 502 : response.status
  const more = { status, ...(retryAt !== undefined && { retryAt }) }
  const wireType = read(problemDetails, json)?.type
  if (wireType === undefined) {
    return clientFailure("client/invalid_response", { ...more, recovery: recoveryByStatus(operation, status) })
  }
  const declared = own(failures, wireType)
  const isKnown = declared !== undefined || isInTable(wireType)
  const byTable = declared?.status === status ? declared.recovery : recoveryByTable(status, wireType)
  return {
    type: isKnown ? wireType : "errors/unknown",
    ...more,
    recovery: byTable ?? recoveryByStatus(operation, status),
  }
}

/** Returns what can be done about an error whose type is unknown, by its status. */
export function recoveryByStatus(operation: Operation, status: number): Recovery {
  if (status === 401) return operation === "submit" ? "correct" : "stop"
  if ([400, 413, 422].includes(status)) return "correct"
  if ([404, 410].includes(status)) return "restart"
  if ([407, 408, 425, 429].includes(status) || status >= 500) return "retry"
  return "stop"
}

const table: Readonly<Record<number, Readonly<Record<string, Recovery>>>> = failureTable

const isInTable = (type: string) => Object.keys(table).some((status) => recoveryByTable(Number(status), type))

function recoveryByTable(status: number, type: string): Recovery | undefined {
  const [prefix, name = "", ...rest] = type.split("/")
  return prefix === "errors" && rest.length === 0 ? own(own(table, status), name) : undefined
}

/** Returns an entry by its own key, whatever the key is: `__proto__` comes from the wire, too. */
export function own<Value>(entries: Readonly<Record<string | number, Value>> | undefined, key: string | number) {
  return entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined
}
