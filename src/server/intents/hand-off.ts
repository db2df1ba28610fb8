import { isLost } from "../../../machines/auth-intent.rejections.ts"
import type { Outcome, SavedIntent } from "../../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../../auth-intent-error.ts"
import { userId as userIdSchema } from "../../hosted/link.schema.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import { parse } from "../../values.schema.ts"
import type { KeyRing } from "../keys.ts"
import { sealLogin, toUser } from "../logins.ts"
import { guardStore, isLocked, type Store, updateEntry } from "../store.ts"
import type { Intents } from "./create-intents.ts"
import { toChange, toIntentKey } from "./intent-entry.ts"
import { intentEntry } from "./intents.schema.ts"

/**
 * Hands an intent of `createIntents` over to a user, whose page resumes the returned record through the relay, within
 * the same deadline. From then on `send` refuses and `look` reports how it stands. The same user may get it again.
 * Returns `undefined` while a request is in flight, for another user, and where no checkpoint is open.
 * @throws AuthIntentError `invalid_option`, also where the relay and the intents do not share one store; `store_failed`.
 */
export type HandOff = (
  intents: Intents<PostpressCredentials>,
  id: string,
  userId: string,
) => Promise<SavedIntent | undefined>

/** Builds `relay.handOff`; `store` is the one that the host gave. */
export function createHandOff(options: { keys: KeyRing; store: Store | undefined; now: () => number }): HandOff {
  const { keys, store, now } = options
  return async (intents, id, userId) => {
    if (store === undefined || intents?.store !== store) {
      throw new AuthIntentError(
        "invalid_option",
        "handOff: createRelay and createIntents should be given the same store",
      )
    }
    const user = await toUser(parse(userIdSchema, userId, "invalid_option", "handOff: userId"))
    const key = await toIntentKey(id)
    const { saved, handOff } = (await handOverEntry(guardStore(store), key, user, now())) ?? {}
    if (saved?.accountId === undefined || saved.expiresAt === undefined || handOff === undefined) return undefined
    const { provider, accountId, expiresAt } = saved
    const token = await sealLogin({ id: handOff.login, accountId, provider, user, expiresAt, entry: key }, keys)
    return { ...saved, accountId: token }
  }
}

/**
 * Marks an intent as handed over to a user, from when on `send` refuses, and returns its entry; the same user gets the
 * same login again. Returns `undefined` while a request is in flight, for another user, and where no checkpoint is open.
 */
async function handOverEntry(store: Store, key: string, user: string, time: number) {
  let isHandedOver = false
  const entry = await updateEntry(store, key, intentEntry, (stored) => {
    if (stored === undefined) return undefined
    const { saved, claim, handOff } = stored
    const { state, expiresAt = 0 } = saved
    const isOpen = (state === "checkpoint" || state === "solving") && time < expiresAt
    isHandedOver = isOpen && handOff?.user === user
    if (!isOpen || handOff || isLocked(claim, time)) return undefined
    isHandedOver = true
    return toChange({ saved, pollAt: 0, handOff: { user, login: crypto.randomUUID() } }, time)
  })
  return isHandedOver ? entry : undefined
}

/** What the relay knows of a request: it is about to be sent, it was not sent after all, or what it came to. */
export type Note = { kind: "sent" } | { kind: "unsent" } | (Outcome & { endsLogin?: boolean })

/** A request that was noted before it was sent. */
export interface Sent {
  revision: number
  /** Whether another request was unanswered then. */
  wasUnanswered: boolean
}

/**
 * Writes into the entry of an intent that was handed over what its relay knows: before a request that it is sent, and
 * then what it came to, with what the first note has returned.
 */
export async function noteHandedOver(
  store: Store,
  { key, login }: { key: string; login: string },
  note: Note,
  sent?: Sent,
): Promise<Sent | undefined> {
  let wasUnanswered = false
  const entry = await updateEntry(store, key, intentEntry, (stored) => {
    wasUnanswered = stored?.saved.unanswered === true
    const isOvertaken = sent !== undefined && sent.revision !== stored?.saved.revision
    const before = { isOvertaken, wasUnanswered: sent?.wasUnanswered ?? wasUnanswered }
    const saved = stored?.handOff?.login === login ? follow(stored.saved, note, before) : undefined
    return stored && saved && toChange({ ...stored, saved: { ...saved, revision: saved.revision + 1 } }, 0)
  })
  return entry && { revision: entry.saved.revision, wasUnanswered }
}

/** Returns the record after a note, or `undefined` where it stays as it is. */
function follow(
  before: SavedIntent,
  note: Note,
  { isOvertaken, wasUnanswered }: { isOvertaken: boolean; wasUnanswered: boolean },
): SavedIntent | undefined {
  const { failure, failureBy, unanswered, request, state, ...facts } = before
  if (state === "connected") return undefined
  if (note.kind === "connected") return { ...facts, state: "connected", accountId: note.accountId }
  if (state === "failed") return undefined
  // One that was overtaken says nothing about what was sent since.
  const saved: SavedIntent = { ...facts, state: "checkpoint", ...(isOvertaken && unanswered && { unanswered }) }
  // Until its response is noted, the request may have connected the account.
  if (note.kind === "sent") return { ...saved, unanswered: true }
  if (note.kind === "checkpoint") return { ...saved, accountId: note.accountId, checkpoint: note.checkpoint }
  if (note.kind === "rejected") {
    const { failure, endsLogin } = note
    if (failure.status === 401 && failure.type === "errors/invalid_checkpoint_solution") return saved
    const isUnanswered = isLost({ context: before, event: { type: "", output: note } })
    const doubt = (wasUnanswered || isUnanswered) && { unanswered: true }
    // An approval ends nothing while what overtook it is upstream.
    const goesOn = isOvertaken && unanswered && failure.about === "approval"
    if (endsLogin && !goesOn) return { ...saved, state: "failed", failure, ...doubt }
    if (!isOvertaken) return { ...saved, ...doubt }
    // What has overtaken it may have been settled meanwhile.
    return isUnanswered && !unanswered ? { ...before, unanswered: true } : undefined
  }
  return isOvertaken ? undefined : { ...saved, ...(wasUnanswered && { unanswered }) }
}
