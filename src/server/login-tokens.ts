import { CompactEncrypt, compactDecrypt } from "jose"
import type { Provider } from "../../machines/auth-intent.types.ts"
import { read } from "../schemas/check.ts"
import { login as loginSchema } from "../schemas/relay.schema.ts"
import { decode } from "./base64url.ts"

/** A secret and the id by which tokens name it. */
export interface RelayKey {
  /** 1 to 32 letters, digits, dots, dashes or underscores. */
  id: string
  /** 32 characters or more, random. */
  secret: string
}

/** One login as a token holds it. */
export interface Login {
  /** The same in all tokens of a login, so that they are spent together. */
  id: string
  accountId: string
  provider: Provider
  /** The hash of the user's id. */
  user: string
  /** The deadline, in epoch ms. */
  expiresAt: number
  /** Whether the account is connected: nothing is left to solve. */
  over?: true
}

export interface LoginTokens {
  seal(login: Login): Promise<string>
  /** Gives the login, or `undefined` where the token is not one of ours to the letter. */
  open(token: string): Promise<Login | undefined>
}

/** Encrypts logins as JWE with the first key, and decrypts with any. */
export function createLoginTokens(keys: readonly [RelayKey, ...RelayKey[]]): LoginTokens {
  const imported = new Map<string, CryptoKey>()

  async function keyOf({ id, secret }: RelayKey): Promise<CryptoKey> {
    const known = imported.get(id)
    if (known) return known
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))
    const key = await crypto.subtle.importKey("raw", hash, "AES-GCM", false, ["encrypt", "decrypt"])
    // The key and not its promise: a worker may not await one request's promise in another.
    imported.set(id, key)
    return key
  }

  return {
    async seal(login) {
      const [key] = keys
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(login)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: key.id })
        .encrypt(await keyOf(key))
    },

    async open(token) {
      if (token.split(".").some((part) => decode(part) === undefined)) return undefined
      try {
        const { plaintext } = await compactDecrypt(
          token,
          ({ kid }) => {
            const key = keys.find(({ id }) => id === kid)
            if (key === undefined) throw new Error("a key of somebody else")
            return keyOf(key)
          },
          { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
        )
        return read(loginSchema, JSON.parse(new TextDecoder().decode(plaintext)))
      } catch {
        return undefined
      }
    },
  }
}
