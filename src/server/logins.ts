import { defaultLifetime } from "../../machines/clock.ts"
import type { Provider } from "../../machines/providers.ts"
import type { KeyRing } from "./keys.ts"
import { forbidden, Refusal } from "./refusal.ts"
import { type LoginClaims, loginClaims } from "./server.schema.ts"
import { toStoreKey } from "./store.ts"

/** A login as its token holds it. `expiresAt` is the deadline, in epoch ms. */
export type Login = LoginClaims & { expiresAt: number }

/** Returns the digest that stands for a user in a token. */
export const toUserDigest = (userId: string): Promise<string> => toStoreKey("user", userId)

/** Returns the token that names a login to its page. */
export const sealLogin = ({ expiresAt, ...claims }: Login, keys: KeyRing): Promise<string> =>
  keys.seal("login", { ...claims }, expiresAt)

/** Returns a token for a connected account, not for its login: a connected login accepts no further solution. */
export const sealAccount = (
  { expiresAt, accountId, user }: Pick<Login, "expiresAt" | "accountId" | "user">,
  keys: KeyRing,
): Promise<string> => keys.seal("account", { accountId, user }, expiresAt)

/**
 * Returns the login that a token names.
 * @throws Refusal 403 for a token that is forged, altered, or of another user or provider; 408 after its expiry.
 */
export async function openLogin(
  token: string,
  { keys, userId, provider, time }: { keys: KeyRing; userId: string; provider: Provider; time: number },
): Promise<Login> {
  const login = await keys.open("login", loginClaims, token)
  if (login === undefined) throw forbidden()
  if (login.provider !== provider || login.user !== (await toUserDigest(userId))) {
    throw new Refusal(403, "errors/session_mismatch")
  }
  if (time >= login.expiresAt) throw new Refusal(408, "errors/request_timeout")
  // A clock that was set back makes no intent live longer.
  return { ...login, expiresAt: Math.min(login.expiresAt, time + defaultLifetime) }
}
