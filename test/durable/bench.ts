import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import type { IntentEnd } from "../../src/durable/durable-intent.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import type { IntentClock } from "../../src/intent/create-auth-intent.ts"
import type { IntentStatus } from "../../src/server/intents/intent-entry.ts"

/** A request that reached the API. */
export interface ApiRequest {
  path: string
  body: Record<string, unknown>
}

/** Where a service may die: a journaled step, and a request, before and after each. */
export const points = [
  "before claim",
  "after claim",
  "before send",
  "before request",
  "after request",
  "after send",
] as const

export type Point = (typeof points)[number] | "inside onEnd" | "after onEnd"

/** An engine with a service on it and the sandbox behind it, as the conformance suite drives it. */
export interface Bench {
  times: { intentLifetime: number; inAppPollInterval: number; retention: number }
  /** How late a timer may be noticed here, in ms. */
  maxDelay: number
  /** Starts an intent. It throws what the service throws, by its code, but where the engine cannot be reached. */
  start(id: string): Promise<IntentStatus>
  /** Sends an event of JSON; `undefined` also where the service dies over it. */
  send(id: string, event: object): Promise<IntentStatus | undefined>
  look(id: string): Promise<IntentStatus | undefined>
  /** Hands an intent over to a user. */
  handOff(id: string, userId: string): Promise<SavedIntent | undefined>
  /** Sends a request of that user's page to the relay. */
  page: Fetch
  /** The clock of the service and of a page, where it is not the system's. */
  clock?: IntentClock
  /** Holds the requests of an intent at the API until the returned function is called. */
  hold(id: string): () => void
  /** What reached the API, of all intents, in order. */
  sent(): Promise<ApiRequest[]>
  /** The calls of `onEnd` that were begun, in order. */
  ends(): Promise<IntentEnd[]>
  /** Lets time pass until something is so. */
  until(condition: () => Promise<boolean>): Promise<void>
  /** Kills the service, once, where an intent next comes to a point, and starts it again after so many ms. */
  crashAt(id: string, point: Point, downFor?: number): Promise<void>
  /** Makes the next calls of `onEnd` for an intent fail. */
  failEnds(id: string, count: number): Promise<void>
  /** Starts the service anew with these keys, nothing being in flight. */
  restart(keys: { id: string; secret: string }[]): Promise<void>
  /**
   * Starts another version of the service, which takes over from the one that runs: it polls for approvals half as
   * often, keeps what has ended for longer and seals with a key of its own. On Restate its deployment has one more handler.
   */
  upgrade(): Promise<void>
  /** Puts an event that is not sealed where the sealed ones go: what a search has to find. */
  sendPlain(id: string, text: string): Promise<void>
  /** Everything that the engine has written. It may stop the engine for good. */
  data(): Promise<string>
}
