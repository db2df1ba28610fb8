import * as v from "valibot"
import { maxDelay } from "../machines/clock.ts"
import { attempt } from "./attempt.ts"
import { AuthIntentError, type AuthIntentErrorCode } from "./auth-intent-error.ts"

/** A schema that accepts anything and returns a `Value`. */
export type Schema<Value> = v.GenericSchema<unknown, Value>

/** Words for what valibot expects. */
const kinds: Record<string, string> = { Object: "an object", Array: "an array" }

/**
 * Returns the value, parsed by its schema.
 * @throws AuthIntentError of the given code. The message lists what each wrong part should be, but not what it was.
 */
export function parse<Of extends v.GenericSchema>(
  schema: Of,
  value: unknown,
  code: AuthIntentErrorCode,
  subject: string,
): v.InferOutput<Of> {
  const { success, output, issues } = v.safeParse(schema, value)
  if (success) return output
  // Valibot's own messages repeat the value, so only our own messages may be shown.
  const wrong = issues.map(({ type, message, expected, path, input }) => {
    const name = path?.map(({ key }) => key).join(".") ?? "it"
    if (path && input === undefined) return `${name} is missing`
    return `${name} should be ${type === "custom" ? message : (kinds[`${expected}`] ?? expected)}`
  })
  throw new AuthIntentError(code, `${subject}: ${[...new Set(wrong)].join("; ")}`)
}

/** Returns the value, parsed by its schema, or `undefined` if it does not match. */
export function read<Of extends v.GenericSchema>(schema: Of, value: unknown): v.InferOutput<Of> | undefined {
  const { success, output } = v.safeParse(schema, value)
  return success ? output : undefined
}

// The schemas below replace the same schemas of valibot, whose messages hold the value. Like valibot's, they are marked
// for bundlers: a page leaves out the schemas that it does not use.

/** Builds the schema of a value that passes a test, with the words for what it should be. */
export const custom = /* @__NO_SIDE_EFFECTS__ */ <Value>(expected: string, test: (value: Value) => boolean) =>
  v.custom<Value>((value) => test(value as Value), expected)

/** A value that is checked where it is used. */
export const unchecked = v.optional(custom<unknown>("", () => true))

/** Whether a value is a text that a pattern matches. */
export const matches = (value: unknown, pattern: RegExp) => typeof value === "string" && pattern.test(value)

/** Builds the schema of a text of 1 to `max` characters. */
export const text = /* @__NO_SIDE_EFFECTS__ */ (max: number) =>
  custom<string>(`a text of 1 to ${max} characters`, (value) => matches(value, /./s) && value.length <= max)

/** Builds the schema of a number from `min` to `max`. */
export const numberIn = /* @__NO_SIDE_EFFECTS__ */ (min: number, max: number) =>
  custom<number>(`a number from ${min} to ${max}`, (value) => typeof value === "number" && value >= min && value <= max)

export const count = custom<number>("a whole number from 0", (value) => Number.isSafeInteger(value) && value >= 0)

/** Builds the schema of a value from a list. */
export const oneOf = /* @__NO_SIDE_EFFECTS__ */ <const Value>(values: readonly Value[]) =>
  custom<Value>(values.map((value) => JSON.stringify(value)).join(" or "), (value) => values.includes(value))

export const boolean = custom<boolean>("true or false", (value) => typeof value === "boolean")

export const func = custom<(...args: never[]) => unknown>("a function", (value) => typeof value === "function")

/** The clock of an option. */
export const clock = v.optional(v.object({ now: func }))

/** The version of a record. */
export const version = custom<1>("1 (a later one needs a newer auth-intent)", (value) => value === 1)

/** Whether a value is an object, of a class too, or a module: no list, map or other built-in. */
export const isPlain = (value: unknown): value is object => / (Object|Module)]/.test({}.toString.call(value))

/** Refuses maps and promises: their content has no property names and would be ignored. */
export const plain = custom<object>("a plain Object", isPlain)

/** Returns the name of an option that is not among the entries of its schema. */
const unknownIn = (options: unknown, entries: v.ObjectEntries) =>
  Object.entries(Object(options)).find(([name, value]) => !(name in entries) && value !== undefined)?.[0]

/** Builds the schema of options that refuses unknown names: a misspelled one would be ignored. */
export const only = /* @__NO_SIDE_EFFECTS__ */ (entries: v.ObjectEntries): v.GenericSchema =>
  v.pipe(
    v.custom<object>(
      (options) => unknownIn(options, entries) === undefined,
      ({ input }) => `without ${unknownIn(input, entries)}, which is no option`,
    ),
    v.object(entries),
  )

/** A value of a header. */
export const headerValue = custom<string>("a text of visible ASCII characters, not empty", (value) =>
  matches(value, /^[!-~]+$/),
)

/** Headers of a request as an object. */
export const headers = custom<Record<string, string>>("names and values", (value) =>
  // A `Headers` or a promise has no properties to send, and a value that is no text would be sent as "undefined".
  Boolean(
    attempt(
      () =>
        isPlain(value) &&
        Object.values(value).every((each) => typeof each === "string") &&
        (!globalThis.Headers || new Headers(value)),
    ),
  ),
)

/** Milliseconds since the epoch, as far as a `Date` goes. */
export const epoch = numberIn(0, 8.64e15)

/** Builds the schema of an optional delay in ms, up to the longest that a timer holds. */
export const delay = /* @__NO_SIDE_EFFECTS__ */ (min: number) => v.optional(numberIn(min, maxDelay))

/** Builds the schema of a text of 1 to `max` characters that is not blank. */
const name = /* @__NO_SIDE_EFFECTS__ */ (max: number) =>
  custom<string>(`a text of 1 to ${max} characters, not blank`, (value) => matches(value, /\S/) && value.length <= max)

/** An id of an account, as an API has it. */
export const accountId = name(1000)

/** An id of an account, or the relay's token in its place, which can hold the longest id in any letters. */
export const accountToken = name(10_000)

const lone = /\p{Surrogate}/u

/** The host's own id of a person or an intent. An id in malformed Unicode would come back changed. */
export const hostId = custom<string>(
  "a text of 1 to 500 characters, well-formed",
  (value) => matches(value, /./s) && value.length <= 500 && !lone.test(value),
)

/** Builds the schema of a value with every part that its kind requires. */
export const having = /* @__NO_SIDE_EFFECTS__ */ <Entry extends object>(
  partsOf: (entry: Entry) => readonly (keyof Entry & string)[],
) =>
  v.custom<Entry, (issue: v.CustomIssue) => string>(
    (entry) => partsOf(entry as Entry).every((part) => (entry as Entry)[part] !== undefined),
    ({ input }) => `complete, with ${partsOf(input as Entry).join(", ")}`,
  )
