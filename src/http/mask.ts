/** The parts of an answer that are read by a program, never by a person. */
const protocol = ["object", "type", "account_id"]

/** A copy of parsed JSON in which a server's words repeat none of the secrets that it was sent. */
export function mask(body: unknown, secrets: readonly string[]): unknown {
  if (body === undefined) return undefined
  return JSON.parse(JSON.stringify(body), (key, value) => {
    if (typeof value !== "string" || protocol.includes(key)) return value
    return secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), value)
  })
}
