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

/** The points at which a service may die: before and after a journaled step, and before and after a request. */
export const points = [
  "before claim",
  "after claim",
  "before send",
  "before request",
  "after request",
  "after send",
] as const

export type Point = (typeof points)[number] | "inside onEnd" | "after onEnd"

/** An engine with a service and the sandbox, as the conformance suite drives it. */
export interface Bench {
  times: { intentLifetime: number; inAppPollInterval: number; retention: number }
  /** The longest delay of a timer here, in ms. */
  maxDelay: number
  /** Starts an intent. It throws the service's error by its code, unless the engine is unreachable. */
  start(id: string): Promise<IntentStatus>
  /** Sends an event of JSON; returns `undefined` also if the service dies meanwhile. */
  send(id: string, event: object): Promise<IntentStatus | undefined>
  look(id: string): Promise<IntentStatus | undefined>
  /** Hands an intent over to a user. */
  handOff(id: string, userId: string): Promise<SavedIntent | undefined>
  /** Sends a request of that user's page to the relay. */
  page: Fetch
  /** The clock of the service and of a page, unless it is the system's. */
  clock?: IntentClock
  /** Holds the requests of an intent at the API until the returned function is called. */
  hold(id: string): () => void
  /** The requests of all intents that reached the API, in order. */
  sent(): Promise<ApiRequest[]>
  /** The calls of `onEnd` that began, in order. */
  ends(): Promise<IntentEnd[]>
  /** Lets time pass until a condition holds. */
  until(condition: () => Promise<boolean>): Promise<void>
  /** Kills the service once, when an intent next reaches a point, and starts it again after a delay in ms. */
  crashAt(id: string, point: Point, downFor?: number): Promise<void>
  /** Makes the next calls of `onEnd` for an intent fail. */
  failEnds(id: string, count: number): Promise<void>
  /** Restarts the service with these keys, with nothing in flight. */
  restart(keys: { id: string; secret: string }[]): Promise<void>
  /**
   * Starts another version of the service, which takes over from the running one: it polls for approvals half as often,
   * keeps ended intents longer and seals with its own key. On Restate its deployment has one more handler.
   */
  upgrade(): Promise<void>
  /** Sends an unsealed event in place of a sealed one: a search has to find it. */
  sendPlain(id: string, text: string): Promise<void>
  /** Everything that the engine has written. The call may stop the engine for good. */
  data(): Promise<string>
}
