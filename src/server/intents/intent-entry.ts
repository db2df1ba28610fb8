import { transition } from "xstate"
import type { AuthIntentEvent, AuthIntentOutput, SavedIntent } from "../../../machines/auth-intent.types.ts"
import type { Provider } from "../../../machines/providers.ts"
import { pollEvent } from "../../intent/advance-intent.ts"
import { createAuthIntent, type RunOptions } from "../../intent/create-auth-intent.ts"
import { getStep, type InFlight, type IntentStep, stepOf } from "../../intent/get-step.ts"
import { saveIntent } from "../../intent/saved-intent.ts"
import { findProviderMistake, withTransport } from "../../intent/with-transport.ts"
import type { AuthTransport } from "../../transports/auth-transport.ts"
import { hostId, parse } from "../../values.schema.ts"
import { type Change, retention, toStoreKey } from "../store.ts"
import type { Claim, IntentEntry } from "./intents.schema.ts"

const use = "intent"

/** Whether a key of a store is the key of an intent. */
export const isIntentKey = (key: string): boolean => key.startsWith(`${use}:`)

/** Returns the key of an intent. @throws AuthIntentError `invalid_option`: malformed Unicode could equal another id. */
export const toIntentKey = async (id: string): Promise<string> =>
  toStoreKey(use, parse(hostId, id, "invalid_option", "the id of an intent"))

/** Returns an entry with its expiry. `deadline` (epoch ms) is for an intent without a deadline of its own. */
export const toChange = (entry: IntentEntry, deadline = 0): Change<IntentEntry> & { value: IntentEntry } => ({
  value: entry,
  expiresAt: (entry.saved.expiresAt ?? deadline) + retention,
})

/** Refuses a provider that the transport does not serve. @throws AuthIntentError `invalid_provider`. */
export function assertServed(transport: Pick<AuthTransport, "providers">, provider: Provider): void {
  const mistake = findProviderMistake(transport, provider)
  if (mistake) throw mistake
}

/** How long a claim lasts unless it is renewed, in ms. */
export const claimLease = 30_000

/** Builds a claim that begins now, or renews one. */
export const newClaim = (time: number, request: InFlight, holder: string = crypto.randomUUID()): Claim => ({
  holder,
  until: time + claimLease,
  request,
})

/**
 * Whether an event may overtake the request in flight. A cancel overtakes any request; another step of the person
 * overtakes a request about an approval.
 */
export function overtakes(event: string, request: InFlight): boolean {
  if (event === pollEvent.type) return false
  return event === "intent.cancel" || request === "poll" || (request === "inApp" && event !== "inApp.approve")
}

/** Returns what a page shows while a request is in flight: an approval is requested in the background. */
const stepInFlight = ({ left, ...facts }: SavedIntent, request: InFlight): IntentStep =>
  request === "credentials" ? { kind: "wait", canCancel: true } : stepOf("solving", { ...facts, request })

/** How an intent stands. */
export interface IntentStatus {
  /** What the person has to do; `wait` while a request is in flight. */
  step: IntentStep
  /** How the intent ended, once it has. */
  output?: AuthIntentOutput
  /** Whether a request is in flight, here or in another process. */
  busy: boolean
  /** Whether the event applied; from `start`, whether the intent is new; from `look`, `false`. */
  accepted: boolean
}

const resume = <Credentials>(saved: SavedIntent, options: RunOptions<Credentials>) =>
  createAuthIntent({ ...options, provider: saved.provider, resume: saved }).getSnapshot()

/**
 * Returns how an intent stands, with the request in flight if there is one.
 * @throws AuthIntentError `invalid_saved_intent`, `invalid_provider`.
 */
export function describeIntent<Credentials>(
  saved: SavedIntent,
  options: RunOptions<Credentials>,
  { request, accepted }: { request?: InFlight | undefined; accepted: boolean },
): IntentStatus {
  if (request) return { step: stepInFlight(saved, request), busy: true, accepted }
  const snapshot = resume(saved, options)
  return { step: getStep(snapshot), ...(snapshot.output && { output: snapshot.output }), busy: false, accepted }
}

/** Returns the record after an event, and the request in flight then; `undefined` where the event does not apply. */
export function beginEvent<Credentials>(
  saved: SavedIntent,
  event: AuthIntentEvent<Credentials>,
  options: RunOptions<Credentials>,
): { saved: SavedIntent; request?: InFlight } | undefined {
  const snapshot = resume(saved, options)
  if (!snapshot.can(event)) return undefined
  const [during] = transition(withTransport(options.transport, options), snapshot, event)
  const request = during.hasTag("busy") && { request: during.context.request ?? ("credentials" as const) }
  return { saved: { ...saveIntent(during), revision: saved.revision + 1 }, ...request }
}
