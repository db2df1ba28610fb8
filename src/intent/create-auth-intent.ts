import { type Actor, type ActorOptions, createActor } from "xstate"
import type { AuthIntentMachine } from "../../machines/auth-intent.machine-type.ts"
import type { IntentTimes, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { providerSchema } from "../transports/auth-transport.schema.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import { parse } from "../values.schema.ts"
import { authIntentOptions } from "./intent-options.schema.ts"
import { parseSavedIntent } from "./saved-intent.ts"
import type { OnMistake } from "./slot.ts"
import { findProviderMistake, withParsedTransport } from "./with-transport.ts"

/**
 * XState's clock with `now()`, in epoch ms; `SimulatedClock` is one. Its functions are called as methods, which a browser's own
 * timers refuse: write `setTimeout: (run, ms) => setTimeout(run, ms)`.
 */
export type IntentClock = NonNullable<ActorOptions<AuthIntentMachine>["clock"]> & { now(): number }

/** The actor of one intent. */
export type AuthIntentActor<Credentials = PostpressCredentials> = Actor<AuthIntentMachine<Credentials>>

/** The options that every way to run an intent has. */
export interface RunOptions<Credentials> extends IntentTimes {
  transport: AuthTransport<Credentials>
  /** @default the system's */
  clock?: IntentClock | undefined
  /** As XState's: called with what happens, for the Stately inspector. None of its events holds a secret. */
  inspect?: ActorOptions<AuthIntentMachine>["inspect"]
  /** Called with a mistake of the program, once for an intent and a message. @default writes to `console.error` */
  onMistake?: OnMistake | undefined
}

/** The options of `createAuthIntent`. */
export interface AuthIntentOptions<Credentials> extends RunOptions<Credentials> {
  provider: Provider
  /** A record to go on from. @default a new intent */
  resume?: SavedIntent | undefined
}

/**
 * Creates the actor of one intent, not started. An intent to resume whose provider the transport no longer serves can only
 * be ended: it sends nothing, and `onMistake` is called with `invalid_provider`.
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_saved_intent`.
 * @example
 * const actor = createAuthIntent({ transport, provider: "INSTAGRAM" }).start()
 * actor.subscribe((snapshot) => show(getStep(snapshot)))
 */
export function createAuthIntent<Credentials>(options: AuthIntentOptions<Credentials>): AuthIntentActor<Credentials> {
  parse(authIntentOptions, options, "invalid_option", "createAuthIntent")
  const { provider, resume } = options
  parse(providerSchema, provider, "invalid_provider", "provider")
  const saved = resume === undefined ? undefined : parseSavedIntent(resume, options)
  return createParsedIntent(options, { provider, resume: saved, inAppPollInterval: options.inAppPollInterval })
}

/** What differs for an intent from the options that it runs with: `advanceIntent` polls only where an interval is given. */
type IntentOptions<Credentials> = Pick<AuthIntentOptions<Credentials>, "provider" | "resume" | "inAppPollInterval">

/** Creates the actor of options and a record that were parsed. @throws AuthIntentError `invalid_provider`. */
export function createParsedIntent<Credentials>(
  { transport, clock, inspect, onMistake, intentLifetime, solveGrace }: RunOptions<Credentials>,
  { provider, resume, inAppPollInterval }: IntentOptions<Credentials>,
): AuthIntentActor<Credentials> {
  // One to resume has to come to its end also where its provider is served no more; nothing of it is sent then.
  const mistake = resume === undefined && findProviderMistake(transport, provider)
  if (mistake) throw mistake
  return createActor(withParsedTransport(transport, onMistake), {
    // Each by its name: what a spread has made is kept with every intent, and takes more room.
    input: { provider, resume, intentLifetime, solveGrace, inAppPollInterval },
    inspect,
    // To XState a clock that is undefined is a clock.
    ...(clock && { clock }),
  })
}
