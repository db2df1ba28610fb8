import * as v from "valibot"
import { custom, func, isPlain, numberIn, only } from "../../values.schema.ts"
import { fail } from "./fail.ts"

export const words = v.optional(v.array(v.string()))
const record = custom<object>("an object of names", isPlain)

const isNumber = (value: unknown) => typeof value === "number" && !Number.isNaN(value)
const times = ["an object of times in ms", Number.isFinite] as const
const named = ["an object of names", () => true] as const

/** The results of some functions of a catalogue. Each is called so often that a schema would be slow. */
const results: Readonly<Record<string, readonly [what: string, isPart: (value: unknown) => boolean]>> = {
  ...{ person: named, replies: named, moments: times, jumps: times },
  failuresIn: ["a list of texts", (value) => typeof value === "string"],
  facts: [
    "an object of texts, numbers and other plain values",
    (value) => value === null || isNumber(value) || ["string", "boolean", "undefined"].includes(typeof value),
  ],
}

/** Wraps a function of a catalogue, so that a wrong result throws. @throws AuthIntentError `invalid_option`. */
export function withCheckedResult<Part>(name: string, part: Part): Part {
  if (typeof part !== "function") return part
  const [what = "it at once, and no promise", isPart] = results[name] ?? []
  const isWhole = name === "failuresIn" ? Array.isArray : isPlain
  const checked: unknown = function (this: unknown, ...args: unknown[]): unknown {
    const result: unknown = part.apply(this, args)
    if (isPart === undefined && !(result instanceof Promise)) return result
    const wrong = isPart && isWhole(result) ? Object.entries(result).find(([, value]) => !isPart(value))?.[0] : ""
    if (wrong === undefined) return result
    const where = wrong && `, and "${wrong}" is none`
    return fail("invalid_option", `catalogue: ${name} should return ${what}${where}`)
  }
  return checked as Part
}

/** What `defineCatalogue` accepts. */
export const catalogueDefinition = only({
  person: custom<unknown>(
    "what a person does, by its label, or a function that returns it",
    (value) => isPlain(value) || typeof value === "function",
  ),
  starts: v.optional(record),
  timers: v.optional(record),
  ...v.entriesFromList(
    [
      ...(["toEvent", "replies", "interpret", "refuse", "describeRequest", "resume", "facts", "situation"] as const),
      ...(["moments", "jumps", "describe", "save", "alike", "failuresIn"] as const),
    ],
    v.optional(func),
  ),
  maxWait: v.optional(numberIn(0, Infinity)),
  failures: words,
  goal: v.optional(v.string()),
  rare: words,
})
