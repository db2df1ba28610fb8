import { base64url, EncryptJWT, type JWTHeaderParameters, type JWTPayload, jwtDecrypt, jwtVerify, SignJWT } from "jose"
import { attempt } from "../attempt.ts"
import { parse, read, type Schema } from "../values.schema.ts"
import { keysSchema } from "./server.schema.ts"

/** A secret and the id by which tokens name it. */
export interface RelayKey {
  /** 1 to 32 letters, digits, dots, dashes or underscores. */
  id: string
  /** 32 characters or more, random: `openssl rand -base64 32`. */
  secret: string
}

/** The use of a key. Each use has its own key, derived from the secret, and is the `typ` of its tokens. */
type KeyUse = "login" | "name" | "return" | "webhook" | "account" | "event"

/** Keys that rotate: the first key seals and signs, every key opens and verifies. */
export type KeyRing = ReturnType<typeof createKeyRing>

const utf8 = new TextEncoder()

/** The callers compare expiries by their own clock: an expired token is not a forged token. */
const anyTime = { currentDate: new Date(0) }

/** Builds a ring of keys. @throws AuthIntentError `invalid_option`. */
export function createKeyRing(keys: readonly RelayKey[]) {
  const [first, ...rest] = parse(keysSchema, keys, "invalid_option", "keys") as [RelayKey, ...RelayKey[]]
  const derived = new Map<string, Uint8Array>()

  async function derive({ id, secret }: RelayKey, use: KeyUse): Promise<Uint8Array> {
    const name = `${use} ${id}`
    const known = derived.get(name)
    if (known) return known
    const material = await crypto.subtle.importKey("raw", utf8.encode(secret), "HKDF", false, ["deriveBits"])
    const info = utf8.encode(`auth-intent ${use}`)
    const options = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }
    const key = new Uint8Array(await crypto.subtle.deriveBits(options, material, 256))
    // The map holds bytes, not promises: a worker may not await the promise of another request.
    derived.set(name, key)
    return key
  }

  const find = (use: KeyUse) => (header: { kid?: string }) => {
    const key = [first, ...rest].find(({ id }) => id === header.kid)
    if (key === undefined) throw new Error("no key has this id")
    return derive(key, use)
  }

  /** Returns the parsed claims of a token with its expiry in epoch ms, or `undefined` for an invalid token. */
  async function readToken<Claims extends object>(
    schema: Schema<Claims>,
    token: string,
    decode: () => Promise<{ payload: JWTPayload }>,
  ) {
    if (!isCanonical(token)) return undefined
    try {
      const { exp, ...payload } = (await decode()).payload
      const claims = read(schema, payload)
      return claims && exp !== undefined ? { ...claims, expiresAt: Math.round(exp * 1000) } : undefined
    } catch {
      return undefined
    }
  }

  const claims = (payload: JWTPayload, expiresAt: number) => ({ ...payload, exp: expiresAt / 1000 })
  const header = (use: KeyUse): Pick<JWTHeaderParameters, "kid" | "typ"> => ({ kid: first.id, typ: use })

  return {
    /** Returns a JWE (dir, A256GCM), which only this key ring can read. */
    seal: async (use: KeyUse, payload: JWTPayload, expiresAt: number): Promise<string> =>
      new EncryptJWT(claims(payload, expiresAt))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", ...header(use) })
        .encrypt(await derive(first, use)),

    /** Returns the claims that `seal` sealed, or `undefined` for any other text. */
    open: <Claims extends object>(use: KeyUse, schema: Schema<Claims>, token: string) =>
      readToken(schema, token, () =>
        jwtDecrypt(token, find(use), {
          ...anyTime,
          typ: use,
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
        }),
      ),

    /** Returns a JWT (HS256), which anyone can read. */
    sign: async (use: KeyUse, payload: JWTPayload, expiresAt: number): Promise<string> =>
      new SignJWT(claims(payload, expiresAt))
        .setProtectedHeader({ alg: "HS256", ...header(use) })
        .sign(await derive(first, use)),

    /** Returns the claims that `sign` signed, or `undefined` for any other text. */
    verify: <Claims extends object>(use: KeyUse, schema: Schema<Claims>, token: string) =>
      readToken(schema, token, () => jwtVerify(token, find(use), { ...anyTime, typ: use, algorithms: ["HS256"] })),
  }
}

/** Whether a token is encoded canonically: decoders accept several texts for the same bytes. */
const isCanonical = (token: string): boolean =>
  attempt(() => token.split(".").every((part) => base64url.encode(base64url.decode(part)) === part)) === true
