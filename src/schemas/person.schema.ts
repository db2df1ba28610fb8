import * as v from "valibot"
import { is, matches, text } from "./is.ts"

/** What a person typed, tidied before it has to match. */
const typed = (tidy: (text: string) => string, pattern: RegExp) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" ? tidy(value) : value)),
    is<string>(`a text like ${pattern}`, (value) => matches(value, pattern)),
  )

const trimmed = (text: string) => text.trim()

const word = typed(trimmed, /^.{1,1000}$/s)

/** @see postpress, Instagram guide, step 1. */
export const postpressCredentials = v.object({ username: word, password: text(1000) })

/** @see intelliwise, "Do log in with instagram code". */
export const intelliwiseCredentials = v.object({
  code: word,
  type: v.nullish(text(1000)),
  clientId: v.nullish(text(1000)),
})

/** 1 to 64 printable characters, and none of the words that mean something else on the wire. */
export const code = typed(trimmed, /^(?!(try_another_way|in_app_validation)$)[^\p{C}\p{Zl}\p{Zp}]{1,64}$/iu)

const ungrouped = (text: string) => text.replace(/[\s().-]/g, "").replace(/^\+/, "")

/** A phone number, however it is grouped; a plus before the dialling code is welcome. */
export const phone = v.object({ countryCode: typed(ungrouped, /^\d{1,3}$/), number: typed(ungrouped, /^\d{4,15}$/) })
