import type { Solution } from "../../transports/auth-transport.ts"
import { limitOf } from "../limits.ts"
import { Refusal, unavailable } from "../refusal.ts"
import type { RelayParts } from "../route.ts"
import { getEntry, isLocked, updateEntry } from "../store.ts"
import { type TurnsState, turnsState } from "./relay.schema.ts"

interface TurnsOptions extends Pick<RelayParts, "store" | "now" | "limits"> {
  /** The key of the turns' entry in the store. */
  key: string
  /** Returns when the entry may be forgotten, in epoch ms. */
  expiresAt(): number
}

/** The outcome of a request, as far as later requests need it. */
interface TurnResult {
  /** The account that the request has connected. */
  connected?: string
  /** The id of the request, where it got a 408 from the API. */
  timedOut?: number | undefined
  /** The id of the request, where it has not reached the API and may be sent again. */
  unsent?: number | undefined
  /** No further request may be sent. */
  isFatal?: boolean
}

/** The timeout of a request to the API in ms: for sending it and reading its response together. */
export const apiTimeout = 30_000

/** How many ids of requests are remembered: a browser repeats a request at once, while the page waits. */
const maxRequestIds = 4

/** How long a request holds its turn, in ms. */
export const turnLease = apiTimeout + 5_000

/** Leaves the ids out where there are none, so that a blank entry is deleted. */
const keepRequestIds = (requestIds: number[]) => requestIds.length > 0 && { requestIds }

/** Builds the turns of requests that go upstream one at a time: of a login, or of a user's submits of a username. */
export function createTurns({ store, key, expiresAt, limits, now }: TurnsOptions) {
  const change = (toNext: (state: TurnsState) => TurnsState | undefined): Promise<TurnsState | undefined> =>
    updateEntry(store, key, turnsState, (state) => {
      const { counts, ...facts } = toNext(state ?? { counts: { code: 0, phone: 0, method: 0, inApp: 0 } }) ?? {}
      if (counts === undefined) return undefined
      // An entry with neither counts nor facts is deleted: one user can send any number of user names.
      const isBlank = Object.keys(facts).length === 0 && Object.values(counts).every((count) => count === 0)
      return { value: isBlank ? undefined : { counts, ...facts }, expiresAt: expiresAt() }
    })

  return {
    /** Returns the account that has been connected. @throws StoreError */
    findConnected: async (): Promise<string | undefined> => (await getEntry(store, key, turnsState))?.connected,

    /**
     * Counts a request and takes its turn, or returns the account that is connected already. Any other request may
     * overtake an approval upstream; all other requests exclude each other. A request sent after `sendBy` could outlast
     * its turn.
     * @throws Refusal 403 where the login has ended, 408 where this very request has timed out, 504 where it was sent already,
     * 503 where another request is upstream; StoreError: nothing may be sent then.
     */
    async begin(
      kind: Solution["kind"] | "submit",
      requestId: number | undefined,
    ): Promise<{ holder: string; sendBy: number } | { connected: string }> {
      const holder = crypto.randomUUID()
      const name = kind === "inApp" ? "approval" : "lock"
      const isRepeated = ({ requestIds }: TurnsState) => requestId !== undefined && requestIds?.includes(requestId)
      const state = await change((state) => {
        // The clock is read here: otherwise a slow store would shorten the lease.
        const time = now()
        const isTaken = isLocked(state.lock, time) || isLocked(state[name], time)
        if (state.connected !== undefined || state.ended || isTaken || isRepeated(state)) return undefined
        const { requestIds: sent = [] } = state
        const requestIds = requestId === undefined ? sent : [requestId, ...sent].slice(0, maxRequestIds)
        const taken = { ...state, ...keepRequestIds(requestIds), [name]: { holder, until: time + turnLease } }
        if (kind === "submit") return taken
        const limit = limitOf(kind, limits)
        if (limit !== false && state.counts[kind] >= limit) return { ...state, ended: "errors/too_many_attempts" }
        return { ...taken, counts: { ...state.counts, [kind]: state.counts[kind] + 1 } }
      })
      if (state?.connected !== undefined) return { connected: state.connected }
      if (state?.ended) throw new Refusal(403, state.ended)
      if (requestId !== undefined && state?.timedOut === requestId) throw new Refusal(408, "errors/request_timeout")
      const taken = state?.[name]
      if (taken?.holder === holder) return { holder, sendBy: taken.until - apiTimeout }
      // The page has lost the response, and the relay does not know the outcome.
      throw state && isRepeated(state) ? new Refusal(504, "errors/request_timeout") : unavailable(1_000)
    },

    /**
     * Releases the turn and notes the outcome of the request. Returns the account that this or another request has
     * connected.
     * @throws StoreError
     */
    async end(holder: string, { connected, timedOut, unsent, isFatal }: TurnResult): Promise<string | undefined> {
      const state = await change(({ lock, approval, requestIds = [], ...facts }) => {
        const isOurs = lock?.holder === holder || approval?.holder === holder
        if (!isOurs && connected === undefined) return undefined
        return {
          ...facts,
          ...keepRequestIds(requestIds.filter((each) => each !== unsent)),
          ...(lock && lock.holder !== holder && { lock }),
          ...(approval && approval.holder !== holder && { approval }),
          ...(connected !== undefined && { connected }),
          ...(timedOut !== undefined && { timedOut }),
          ...(isFatal && { ended: "errors/unknown_authentication_context" }),
        }
      })
      return state?.connected
    },
  }
}
