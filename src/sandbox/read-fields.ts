import { read } from "../schemas/check.ts"
import { ApiError } from "./api-error.ts"

type Schema = Parameters<typeof read>[0]

/**
 * Gives the fields of a body as the schema has them.
 * @throws ApiError 400 `errors/missing_parameters` or `errors/invalid_parameters`, with the names of the fields.
 */
export function readFields<Fields extends Schema & { entries: Record<string, Schema> }>(schema: Fields, body: object) {
  const fields = read(schema, body)
  if (fields !== undefined) return fields

  const given = new Map(Object.entries(body))
  const names = Object.keys(schema.entries)
  const missing = names.filter((name) => !given.has(name))
  if (missing.length > 0) {
    throw new ApiError(400, "errors/missing_parameters", `These parameters are missing: ${missing.join(", ")}.`)
  }
  const invalid = Object.entries(schema.entries).filter(([name, field]) => read(field, given.get(name)) === undefined)
  const list = invalid.map(([name]) => name).join(", ")
  throw new ApiError(400, "errors/invalid_parameters", `These parameters are not valid: ${list}.`)
}
