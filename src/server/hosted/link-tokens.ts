import type { HostedProvider } from "../../../machines/providers.ts"
import { read } from "../../values.schema.ts"
import type { KeyRing } from "../keys.ts"
import { toUser } from "../logins.ts"
import { nameClaims, returnClaims } from "./hosted.schema.ts"

/** What a name holds of its link, and until when it is good, in epoch ms. */
export interface LinkFacts {
  nonce: string
  userId: string
  type: "create" | "reconnect"
  /** The provider, where the link is for one alone. */
  provider?: HostedProvider
  reconnectAccount?: string
  requireReturn: boolean
  expiresAt: number
}

/** How long after its link a callback or a return may come, in ms. */
export const callbackGrace = 3_600_000

/** Returns the `name` of a link, which its callback brings back: a JWT. */
export const signName = (keys: KeyRing, link: Omit<LinkFacts, "expiresAt">, expiresAt: number): Promise<string> =>
  keys.sign("name", { ...link }, expiresAt)

/** Returns what a name holds, or `undefined` where it is none of ours. An expired one is returned, too. */
export async function readName(keys: KeyRing, name: string): Promise<LinkFacts | undefined> {
  const token = await keys.verify("name", name)
  const claims = token && read(nameClaims, token.claims)
  return token && claims && { ...claims, expiresAt: token.expiresAt }
}

/** Returns the token of a return: only the browser that finishes the wizard gets it, and only the relay can read it. */
export const signReturn = async (
  keys: KeyRing,
  { nonce, userId }: Pick<LinkFacts, "nonce" | "userId">,
  expiresAt: number,
): Promise<string> => keys.seal("return", { nonce, user: await toUser(userId) }, expiresAt)

/** Returns the link and the digest of the user that a return is of, or `undefined` where it is none of ours. */
export async function readReturn(keys: KeyRing, text: string) {
  const token = await keys.open("return", text)
  const claims = token && read(returnClaims, token.claims)
  return token && claims && { ...claims, expiresAt: token.expiresAt }
}
