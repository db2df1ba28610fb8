import { defaultLifetime } from "../../machines/clock.ts"
import type { Provider } from "../../machines/providers.ts"
import { type KeyRing, readClaims } from "./keys.ts"
import { forbidden, Refusal } from "./route.ts"
import { loginClaims } from "./server.schema.ts"
import { toStoreKey } from "./store.ts"

/** A login as its token holds it. */
export interface Login {
  /** The same in all tokens of a login. */
  id: string
  accountId: string
  provider: Provider
  /** A digest of the user's id, as `toUser` returns it. */
  user: string
  /** The deadline, in epoch ms. */
  expiresAt: number
  /** The key of the entry of `createIntents` that the login comes from. */
  entry?: string
}

/** Returns the digest that stands for a user in a token. */
export const toUser = (userId: string): Promise<string> => toStoreKey("user", userId)

/** Returns the token that names a login to its page. */
export const sealLogin = ({ expiresAt, ...claims }: Login, keys: KeyRing): Promise<string> =>
  keys.seal("login", { ...claims }, expiresAt)

/**
 * Returns the login that a token names.
 * @throws Refusal 403 for a token that is not ours to the letter, another user's or another provider's; 408 past its expiry.
 */
export async function openLogin(
  token: string,
  { keys, userId, provider, time }: { keys: KeyRing; userId: string; provider: Provider; time: number },
): Promise<Login> {
  const login = readClaims(loginClaims, await keys.open("login", token))
  if (login === undefined) throw forbidden()
  if (login.provider !== provider || login.user !== (await toUser(userId))) {
    throw new Refusal(403, "errors/session_mismatch")
  }
  if (time >= login.expiresAt) throw new Refusal(408, "errors/request_timeout")
  // A clock that was set back makes no intent live longer.
  return { ...login, expiresAt: Math.min(login.expiresAt, time + defaultLifetime) }
}
