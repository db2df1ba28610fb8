import type { Phone } from "../../machines/auth-intent.types.ts"
import { read } from "../values.schema.ts"
import { postpressCredentials } from "./postpress.schema.ts"

/** Returns credentials without the white space around the user name, or `undefined` where one is empty. */
export function normalizeCredentials(value: unknown): { username: string; password: string } | undefined {
  const credentials = read(postpressCredentials, value)
  const username = credentials?.username.trim()
  return credentials && username ? { username, password: credentials.password } : undefined
}

/** Returns a text with unified compatibility forms, decimal digits of every script as ASCII and no invisible marks. */
export const unify = (text: string) =>
  text
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{DI}]/gu, "")
    .replace(/[^\P{Nd}\d]/gu, toAsciiDigit)

/** Returns the ASCII digit for another script's. Unicode has the ten digits of a script in a row, the zero first. */
function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0
  let zero = point
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((point - zero) % 10)
}

/** These words mean something else on the wire. @see postpress, "Solve a code checkpoint"; Messenger guide, step 3. */
const reserved = /^(try_another_way|in_app_validation)$/i

/**
 * Returns a code as it is sent, 1 to 64 printable characters, or `undefined`. From a pasted text it takes the only
 * group of digits that can be a code. Any other code, such as a backup code, loses only white space and outer marks.
 */
export function normalizeCode(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined
  // Most people type digits alone, for which the regular expressions below would take longer than all else here.
  if (/^\d{1,64}$/.test(value)) return value
  // Marks around a code are no part of it.
  const words = unify(value)
    .split(/\s/)
    .flatMap((word) => word.match(/[\p{L}\p{N}\p{C}\p{Dash}_](.*[\p{L}\p{N}\p{C}\p{Dash}_])?/su)?.[0] ?? [])
    .map((word) => word.replace(/^g\p{Dash}(?=\d)/iu, ""))
  const joined = words.join("")
  // Some scripts leave no blank between a word and a number.
  const text = words.join(" ").replace(/(?<=\p{Lo})(?=\d)|(?<=\d)(?=\p{Lo})/gu, " ")
  const parts = text.split(/[^\p{L}\p{N}\p{C}\p{Dash}_]/u)
  const digits = parts.join("").replace(/\p{Dash}/gu, "")
  const [first, other] = parts.length > 1 ? new Set(findCodes(text)) : []
  // Among several codes, the right one is unknown.
  const code = other ? undefined : first
  if (!code && words.length > 4) return undefined
  const found = /^\d+$/.test(digits) ? digits : (code ?? joined)
  return /^[^\p{C}]{1,64}$/u.test(found) && !reserved.test(found) ? found : undefined
}

/** Returns each group of 4 to 8 digits that stands alone or is written in equal runs: 123 456, 12-34-56. */
function findCodes(text: string): string[] {
  const groups = [...text.matchAll(/(?<![\p{L}\p{N}])\d+([\p{Dash} ]\d+)*(?![\p{L}\p{N}])/gu)]
  return groups.flatMap(([group]) => {
    const runs = group.split(/[\p{Dash} ]/u)
    const isOne = new Set(runs.map((run) => run.length)).size === 1
    return (isOne ? [runs.join("")] : runs).filter((digits) => /^\d{4,8}$/.test(digits))
  })
}

/**
 * Returns both parts of a phone number as digits, or `undefined`. A number that begins with `+` or `00` holds its
 * country code, which is removed.
 */
export function normalizePhone(value: unknown): Phone | undefined {
  const { countryCode, number } = (value ?? {}) as Partial<Record<keyof Phone, unknown>>
  if (typeof countryCode !== "string" || typeof number !== "string") return undefined
  const compact = (part: string) => unify(part).replace(/[\s()./\p{Dash}]/gu, "")
  const code = compact(countryCode).replace(/^(\+|00)/, "")
  const dialed = compact(number)
  const international = dialed.replace(/^(\+|00)/, "")
  const isInternational = international !== dialed
  if (isInternational && !international.startsWith(code)) return undefined
  const local = isInternational ? international.slice(code.length) : dialed
  return /^[1-9]\d{0,2}$/.test(code) && /^\d{4,15}$/.test(local) ? { countryCode: code, number: local } : undefined
}
