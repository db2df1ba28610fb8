import { clientFailure, type Failure, failureTable, type Recovery } from "../../machines/failures.ts"
import type { Provider } from "../../machines/providers.ts"
import { read } from "../values.schema.ts"
import { typedObject } from "./wire.schema.ts"

/** Which of the two requests a response belongs to. */
export type Operation = "submit" | "solve"

/** A response of the API. The body is parsed JSON, or `undefined` if it was not JSON. */
export interface ApiResponse {
  operation: Operation
  provider: Provider
  status: number
  json: unknown
  /** When to try again, in epoch ms. */
  retryAt?: number
}

type Declared = Readonly<Record<string, { status: number; recovery: Recovery }>>

/**
 * Turns a response into a failure, by its type if it is known, or else by its status. A response without Problem
 * Details is an invalid response, as is a success that cannot be read.
 */
export function toFailure(response: Omit<ApiResponse, "provider">, failures?: Declared): Failure {
  const { operation, json, retryAt } = response
  // A status that HTTP does not have (999, none at all) is the gateway's fault.
  const status = response.status >= 0 && response.status <= 599 ? response.status : 502
  const byStatus = recoveryByStatus(operation, status)
  const more = { status, ...(retryAt !== undefined && { retryAt }), recovery: byStatus }
  const problem = isSuccess(status) ? undefined : read(typedObject, json)
  if (problem === undefined) return clientFailure("client/invalid_response", more)

  const { type } = problem
  const name = /^errors\/(.+)/s.exec(type)?.[1] ?? ""
  const declared = getOwn(failures, type)
  const recovery = declared?.status === status ? declared.recovery : (getOwn(getOwn(table, status), name) ?? byStatus)
  const isKnown = declared !== undefined || Object.values(table).some((types) => getOwn(types, name))
  return { type: isKnown ? type : "errors/unknown", ...more, recovery }
}

export const isSuccess = (status: number): boolean => status >= 200 && status <= 299

/** Returns what can be done about a response whose type is unknown, by its status. */
function recoveryByStatus(operation: Operation, status: number): Recovery {
  if (status === 401) return operation === "submit" ? "correct" : "stop"
  if ([400, 413, 422].includes(status)) return "correct"
  if ([404, 410].includes(status)) return "restart"
  if ([407, 408, 425, 429].includes(status) || status >= 500 || isSuccess(status)) return "retry"
  return "stop"
}

const table: Readonly<Record<number, Readonly<Record<string, Recovery>>>> = failureTable

/** Returns the entry of an own key. A key from the wire may be `__proto__`. */
export function getOwn<Value>(entries: Readonly<Record<string | number, Value>> | undefined, key: string | number) {
  return entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined
}
