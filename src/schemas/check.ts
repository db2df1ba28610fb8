import * as v from "valibot"
import { AuthIntentError, type AuthIntentErrorType } from "../auth-intent-error.ts"

/** Gives the value as the schema has it, or throws what each wrong part should have been, and nothing of what it was. */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  type: AuthIntentErrorType,
  subject: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, value)
  if (success) return output
  // Valibot's own messages repeat the value: only those that are ours may be shown.
  const wrong = issues.map(({ type, message, expected, path, input }) => {
    const name = path?.map(({ key }) => key).join(".") ?? "it"
    if (path && input === undefined) return `${name} is missing`
    return `${name} should be ${type === "custom" || type === "check" ? message : expected}`
  })
  throw new AuthIntentError(type, `${subject}: ${wrong.join("; ")}`)
}

/** Gives the value as the schema has it, or `undefined`. */
export function read<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> | undefined {
  const { success, output } = v.safeParse(schema, value)
  return success ? output : undefined
}
