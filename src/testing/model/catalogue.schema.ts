import * as v from "valibot"
import { custom, func, isPlain, numberIn } from "../../values.schema.ts"

const record = custom<object>("an object of names", isPlain)
const option = v.optional(func)
const words = v.optional(v.array(v.string()))

/** What `defineCatalogue` accepts. */
export const catalogueDefinition = v.object({
  person: custom<object | (() => object)>(
    "what a person does, by its label, or a function that returns it",
    (value) => isPlain(value) || typeof value === "function",
  ),
  starts: v.optional(record),
  timers: v.optional(record),
  ...v.entriesFromList(
    [
      "toEvent",
      "replies",
      "interpret",
      "refuse",
      "describeRequest",
      "resume",
      "facts",
      "situation",
      "moments",
      "jumps",
      "describe",
      "save",
      "alike",
      "failuresIn",
      "title",
    ],
    option,
  ),
  maxWait: v.optional(numberIn(0, Number.POSITIVE_INFINITY)),
  failures: words,
  goal: v.optional(v.string()),
  rare: words,
})
