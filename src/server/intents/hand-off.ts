import { transition } from "xstate"
import { toContext } from "../../../machines/auth-intent.context.ts"
import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import { isLost } from "../../../machines/auth-intent.rejections.ts"
import type { Outcome, SavedIntent } from "../../../machines/auth-intent.types.ts"
import { AuthIntentError } from "../../auth-intent-error.ts"
import { isFinal } from "../../intent/get-step.ts"
import { saveIntent } from "../../intent/saved-intent.ts"
import type { Solution } from "../../transports/auth-transport.ts"
import type { PostpressCredentials } from "../../transports/postpress.ts"
import { hostId, parse } from "../../values.schema.ts"
import type { KeyRing } from "../keys.ts"
import { sealLogin, toUserDigest } from "../logins.ts"
import { guardStore, isLocked, type Store, updateEntry } from "../store.ts"
import type { Intents } from "./create-intents.ts"
import { toChange, toIntentKey } from "./intent-entry.ts"
import { type IntentEntry, intentEntry } from "./intents.schema.ts"

/**
 * Hands an intent of `createIntents` over to a user. The user's page resumes the returned record through the relay,
 * within the same deadline. From then on `send` refuses events, and `look` reports how the intent stands. The same user
 * may get the record again.
 * Returns `undefined` while a request is in flight, for another user, and where no checkpoint is open.
 * @throws AuthIntentError `invalid_option`, also where the relay and the intents do not share one store; `store_failed`.
 */
export type HandOff = (
  intents: Intents<PostpressCredentials>,
  id: string,
  userId: string,
) => Promise<SavedIntent | undefined>

/** Builds `relay.handOff`; `store` is the relay's option. */
export function createHandOff(options: { keys: KeyRing; store: Store | undefined; now: () => number }): HandOff {
  const { keys, store, now } = options
  return async (intents, id, userId) => {
    if (store === undefined || intents?.store !== store) {
      throw new AuthIntentError(
        "invalid_option",
        "handOff: createRelay should be given the store of the intents, intents.store",
      )
    }
    const user = await toUserDigest(parse(hostId, userId, "invalid_option", "handOff: userId"))
    const key = await toIntentKey(id)
    const isOpen = ({ state, expiresAt = 0 }: SavedIntent) => state === "checkpoint" && now() < expiresAt
    const entry = await updateEntry(guardStore(store), key, intentEntry, (stored) => {
      if (!stored || stored.handOff || !isOpen(stored.saved) || isLocked(stored.claim, now())) return undefined
      return toChange({ saved: stored.saved, pollAt: 0, handOff: { user, login: crypto.randomUUID() } })
    })
    if (entry?.handOff?.user !== user || !isOpen(entry.saved)) return undefined
    const { saved, handOff } = entry
    const { provider, accountId, expiresAt } = saved
    if (accountId === undefined || expiresAt === undefined) return undefined
    const token = await sealLogin({ id: handOff.login, accountId, provider, user, expiresAt, entry: key }, keys)
    return { ...saved, accountId: token }
  }
}

/** The login that an intent was handed over to, and the key of its entry. */
interface HandedOver {
  key: string
  login: string
}

const changeHandedOver = (
  store: Store,
  { key, login }: HandedOver,
  change: (saved: SavedIntent) => SavedIntent | undefined,
) =>
  updateEntry(store, key, intentEntry, (stored) => {
    const saved = stored?.handOff?.login === login ? change(stored.saved) : undefined
    return stored && saved && toChange({ ...stored, saved: { ...saved, revision: stored.saved.revision + 1 } })
  })

/**
 * Notes that a solution is about to be sent: until the outcome is noted, the solution may have connected the account.
 * Returns the record before, or `undefined` where the back end has ended the intent.
 */
export async function noteSent(store: Store, handedOver: HandedOver): Promise<SavedIntent | undefined> {
  let before: SavedIntent | undefined
  const entry = await changeHandedOver(store, handedOver, (saved) => {
    before = saved
    // After the final refusal of an approval, a code may still connect the account.
    if (saved.state === "connected") return undefined
    const { left, ...facts } = saved
    return { ...facts, unanswered: true }
  })
  // The back end may have ended the intent after it was read here.
  return entry?.handOff && before
}

/** Notes the outcome of a solution, as the page receives it. `before` is the record that `noteSent` returned. */
export const noteOutcome = (
  store: Store,
  handedOver: HandedOver,
  kind: Solution["kind"],
  outcome: Outcome,
  before?: SavedIntent,
): Promise<IntentEntry | undefined> =>
  changeHandedOver(store, handedOver, (saved) => {
    const isConnected = outcome.kind === "connected"
    if (saved.state === "connected") return undefined
    const isLostToo = outcome.kind === "rejected" && isLost(saved, outcome)
    // The page no longer waits for an overtaken request, unless that request connects the account.
    if (before && before.revision + 1 !== saved.revision && !isConnected) {
      return isLostToo && !saved.unanswered ? { ...saved, unanswered: true } : undefined
    }
    const answered = { ...saved, unanswered: (before ?? saved).unanswered === true }
    if (isFinal(saved.state) && !isConnected) return before && !isLostToo ? answered : undefined
    return applyOutcome(answered, kind, outcome)
  })

/** Returns the record after an outcome, by the same machine that the page runs. */
function applyOutcome(resume: SavedIntent, kind: Solution["kind"], output: Outcome): SavedIntent {
  // A person or the page's timer may have caused a request about an approval. It counts as a poll, which shows less.
  const request = kind === "inApp" ? "poll" : kind
  const context = { ...toContext({ input: { provider: resume.provider, resume } }), request } as const
  const solving = authIntentMachine.resolveState({ value: "solving", context })
  const event = { type: "xstate.done.actor.solveCheckpoint", output }
  return saveIntent(transition(authIntentMachine, solving, event as never)[0])
}
