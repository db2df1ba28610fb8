import { decode, encode } from "./base64url.ts"
import { NotificationError } from "./notification-error.ts"
import { sign, verify } from "./signature.ts"

/** What is signed says what it is, so that no other signature by the same secret can stand in for it. */
const signed = (user: string, expiry: string) => `auth-intent name ${user}.${expiry}`

/** Gives the `name` that a link carries: the user's id and an expiry (epoch ms), signed. */
export async function signName(userId: string, expiresAt: number, secret: string): Promise<string> {
  const [user, expiry] = [encode(userId), expiresAt.toString(36)]
  return `${user}.${expiry}.${await sign(secret, signed(user, expiry))}`
}

/**
 * Gives the user's id out of a `name` that `signName` gave.
 * @throws NotificationError `forged` or `expired`.
 */
export async function readName(name: string, secret: string, now: number): Promise<string> {
  const [user = "", expiry = "", signature = "", ...more] = name.split(".")
  const userId = decode(user)
  if (userId === undefined || more.length > 0 || !(await verify(secret, signed(user, expiry), signature))) {
    throw new NotificationError("forged")
  }
  if (now >= Number.parseInt(expiry, 36)) throw new NotificationError("expired")
  return new TextDecoder().decode(userId)
}
