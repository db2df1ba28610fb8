import type { PersonMove } from "./vocabulary.ts"

/** A sent request, in one form for every transport. Every secret is a placeholder. */
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

/** Parses a request body of the postpress transport or the relay transport. */
export function parseBody(body: string): Plain {
  const { provider, username, password, account_id, code, token, credentials, solution } = JSON.parse(body)
  if (credentials || username !== undefined) return { provider, credentials: credentials ?? { username, password } }
  if (solution) return { provider, accountId: token, solution }
  if (words[code]) return { provider, accountId: account_id, solution: { kind: words[code] } }
  const [, countryCode, number] = /^\(\+(\d+)\)(.*)$/.exec(code) ?? []
  const sent = number === undefined ? { kind: "code", value: code } : { kind: "phone", value: { countryCode, number } }
  return { provider, accountId: account_id, solution: sent }
}

/** Describes a request with placeholders for the entered values, numbered in the order of their first entry. */
export function describeSent({ provider, accountId, credentials, solution }: Plain, done: readonly PersonMove[]): Sent {
  const placeholder = (kind: keyof Entered, value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value)
    const index = [...new Set(done.flatMap((move) => enteredIn(move)[kind] ?? []))].indexOf(text)
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

/** What a person enters. */
type Entered = Partial<Record<"username" | "password" | "code" | "phone", string>>

/**
 * Returns, as text, the values that a move has to send: a code without spaces, and without dashes where the rest is
 * digits. No code of the library is used here: it is under test.
 */
export function enteredIn(move: PersonMove): Entered {
  if (move.person === "credentials.submit") {
    const { username, password } = move.credentials
    return { username: username.trim(), password }
  }
  if (move.person === "code.submit") {
    return { code: move.code.replace(/^[\d\s-]+$/.test(move.code) ? /[\s-]/g : /\s/g, "") }
  }
  if (move.person !== "phone.submit") return {}
  const [countryCode, number] = [move.phone.countryCode, move.phone.number].map((part) => part.replace(/\D/g, ""))
  return { phone: JSON.stringify({ countryCode, number }) }
}
