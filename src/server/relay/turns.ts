import type { Solution } from "../../../machines/auth-intent.types.ts"
import type { LoginLimits } from "../limits.ts"
import type { RelayParts } from "../relay-parts.ts"
import { Refusal, unavailable } from "../route.ts"
import { type TurnsState, turnsState } from "../server.schema.ts"
import { isLocked, readEntry, updateEntry } from "../store.ts"

interface TurnsOptions extends Pick<RelayParts, "store" | "now"> {
  /** The key of their entry in the store. */
  key: string
  /** Returns when the entry may be forgotten, in epoch ms. */
  expiresAt(): number
  limits: LoginLimits
}

/** The timeout of a request to the API in ms: for sending it and reading its response together. */
export const timeout = 30_000

/** How long a request holds its turn, in ms. */
export const lease = timeout + 5_000

/** Builds the turns of those whose requests go upstream one at a time: of a login, or of those that submit the same credentials. */
export function createTurns({ store, key, expiresAt, limits, now }: TurnsOptions) {
  const change = (then: (state: TurnsState) => TurnsState | undefined): Promise<TurnsState | undefined> =>
    updateEntry(store, key, turnsState, (state) => {
      const { counts, ...facts } = then(state ?? { counts: { code: 0, phone: 0, method: 0, inApp: 0 } }) ?? {}
      if (counts === undefined) return undefined
      // An entry with neither counts nor facts is deleted: one user can send any number of user names.
      const isBlank = Object.keys(facts).length === 0 && Object.values(counts).every((count) => count === 0)
      return { value: isBlank ? undefined : { counts, ...facts }, expiresAt: expiresAt() }
    })

  return {
    /** Returns the account that has been connected. @throws StoreError */
    findConnected: async (): Promise<string | undefined> => (await readEntry(store, key, turnsState))?.connected,

    /**
     * Counts a request and takes the turn for it, or returns the account that is connected already. An approval upstream
     * makes way for anything else; all other requests wait for each other. What is sent after `sendBy` could outlast its turn.
     * @throws Refusal 403 where the login has ended, 408 where this very attempt has timed out, 503 where another request is
     * upstream; StoreError: nothing may be sent then.
     */
    async begin(
      kind: Solution["kind"] | "submit",
      attempt: number | undefined,
    ): Promise<{ holder: string; sendBy: number } | { connected: string }> {
      const holder = crypto.randomUUID()
      const slot = kind === "inApp" ? "approval" : "lock"
      const state = await change((state) => {
        // Read here: a slow store would otherwise take its time off the lease.
        const time = now()
        const isTaken = isLocked(state.lock, time) || isLocked(state[slot], time)
        const isRepeated = attempt !== undefined && state.timedOut === attempt
        if (state.connected !== undefined || state.ended || isTaken || isRepeated) return undefined
        const taken = { ...state, [slot]: { holder, until: time + lease } }
        if (kind === "submit") return taken
        const limit = limits[kind]
        if (limit !== false && state.counts[kind] >= limit) return { ...state, ended: "errors/too_many_attempts" }
        return { ...taken, counts: { ...state.counts, [kind]: state.counts[kind] + 1 } }
      })
      if (state?.connected !== undefined) return { connected: state.connected }
      if (state?.ended) throw new Refusal(403, state.ended)
      if (attempt !== undefined && state?.timedOut === attempt) throw new Refusal(408, "errors/request_timeout")
      const taken = state?.[slot]
      if (taken?.holder !== holder) throw unavailable(1_000)
      return { holder, sendBy: taken.until - timeout }
    },

    /**
     * Releases the turn and notes what the request came to. Returns the account where this request or another has
     * connected one.
     * @throws StoreError
     */
    async end(
      holder: string,
      result: { connected: string } | { timedOut: number } | "ended" | "open",
    ): Promise<string | undefined> {
      const state = await change(({ lock, approval, ...facts }) => {
        const rest = {
          ...facts,
          ...(lock && lock.holder !== holder && { lock }),
          ...(approval && approval.holder !== holder && { approval }),
        }
        const isConnected = typeof result === "object" && "connected" in result
        if (!isConnected && lock?.holder !== holder && approval?.holder !== holder) return undefined
        if (typeof result === "object") return { ...rest, ...result }
        return result === "ended" ? { ...rest, ended: facts.ended ?? "errors/unknown_authentication_context" } : rest
      })
      return state?.connected
    },
  }
}
