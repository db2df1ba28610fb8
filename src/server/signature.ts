import { check } from "../schemas/check.ts"
import { longSecret } from "../schemas/relay.schema.ts"
import { decode, encode } from "./base64url.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

function hmacKey(secret: string, use: "sign" | "verify"): Promise<CryptoKey> {
  check(longSecret, secret, "invalid_option", "secret")
  return crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, [use])
}

/** Signs a text with HMAC-SHA256 and gives the signature as base64url. */
export async function sign(secret: string, text: string): Promise<string> {
  return encode(await crypto.subtle.sign("HMAC", await hmacKey(secret, "sign"), bytes(text)))
}

/** Tells whether a signature is that of a text; the platform compares them, in constant time. */
export async function verify(secret: string, text: string, signature: string): Promise<boolean> {
  const decoded = decode(signature)
  if (decoded === undefined) return false
  return crypto.subtle.verify("HMAC", await hmacKey(secret, "verify"), decoded, bytes(text))
}
