import type { Phone } from "../../../machines/auth-intent.types.ts"
import type { PersonMove } from "./vocabulary.ts"

/** A request as it was sent, whichever transport sent it; every secret is a placeholder. */
export type Sent =
  | { operation: "submit"; provider: string; username: string; password: string }
  | { operation: "solve"; provider: string; accountId: string; kind: string; value?: string }

/** A request before its secrets are replaced. */
interface Plain {
  provider?: unknown
  accountId?: unknown
  credentials?: { username?: unknown; password?: unknown } | undefined
  solution?: { kind?: unknown; value?: unknown }
}

const words: Record<string, string> = { in_app_validation: "inApp", TRY_ANOTHER_WAY: "method" }

/** Parses the body of a request of the postpress transport or of the relay's. */
export function parseBody(body: string): Plain {
  const { provider, username, password, account_id, code, token, credentials, solution } = JSON.parse(body)
  if (credentials || username !== undefined) return { provider, credentials: credentials ?? { username, password } }
  if (solution) return { provider, accountId: token, solution }
  if (words[code]) return { provider, accountId: account_id, solution: { kind: words[code] } }
  const [, countryCode, number] = /^\(\+(\d+)\)(.*)$/.exec(code) ?? []
  const sent = number === undefined ? { kind: "code", value: code } : { kind: "phone", value: { countryCode, number } }
  return { provider, accountId: account_id, solution: sent }
}

/** Describes a request with placeholders for the values that the person has entered, numbered as they first came. */
export function describeSent({ provider, accountId, credentials, solution }: Plain, done: readonly PersonMove[]): Sent {
  const entered = { username: [] as string[], password: [] as string[], code: [] as string[], phone: [] as string[] }
  for (const move of done) {
    if (move.person === "credentials.submit") {
      entered.username.push(move.credentials.username.trim())
      entered.password.push(move.credentials.password)
    } else if (move.person === "code.submit") entered.code.push(toBareCode(move.code))
    else if (move.person === "phone.submit") entered.phone.push(toDigits(move.phone))
  }
  const placeholder = (kind: keyof typeof entered, value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value)
    const index = [...new Set(entered[kind])].indexOf(text)
    return index < 0 ? `<not what was entered>` : `<${kind} ${index + 1}>`
  }
  const common = { provider: String(provider) }
  if (credentials) {
    const username = placeholder("username", credentials.username)
    return { operation: "submit", ...common, username, password: placeholder("password", credentials.password) }
  }
  const kind = String(solution?.kind)
  const isTyped = kind === "code" || kind === "phone"
  const value = isTyped && { value: placeholder(kind, solution?.value) }
  return { operation: "solve", ...common, accountId: String(accountId), kind, ...value }
}

// What has to be sent for an entry is read by no code of the library's, which is what is tested.

/** Returns a code without its spaces, and without its dashes where all else is digits. */
export function toBareCode(code: string): string {
  return code.replace(/^[\d\s-]+$/.test(code) ? /[\s-]/g : /\s/g, "")
}

/** Returns what has to be sent for a phone number, as text. */
function toDigits({ countryCode, number }: Phone): string {
  return JSON.stringify({ countryCode: countryCode.replace(/\D/g, ""), number: number.replace(/\D/g, "") })
}
