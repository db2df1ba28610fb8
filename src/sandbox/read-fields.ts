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
  const entries = Object.entries(schema.entries)
  const list = (wrong: typeof entries) => wrong.map(([name]) => name).join(", ")
  const missing = entries.filter(([name, { type }]) => type !== "optional" && !given.has(name))
  if (missing.length > 0) {
    throw new ApiError(400, "errors/missing_parameters", `These parameters are missing: ${list(missing)}.`)
  }
  const invalid = entries.filter(([name, field]) => given.has(name) && read(field, given.get(name)) === undefined)
  throw new ApiError(400, "errors/invalid_parameters", `These parameters are not valid: ${list(invalid)}.`)
}
