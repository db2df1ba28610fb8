import type { AuthIntentOutput, Phone, SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import type { AuthIntentActor, RunOptions } from "../intent/create-auth-intent.ts"
import type { IntentStep } from "../intent/get-step.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import type { PageStorage } from "./page-storage.ts"

/** The options that a page's login has beside its transport. */
interface PageOptions<Credentials> extends Omit<RunOptions<Credentials>, "transport"> {
  /** The provider of a new intent. */
  provider: Provider
  /** The providers that a saved intent may have. @default the provider of `resume`, or `provider` */
  providers?: readonly Provider[] | undefined
  /** A record to resume if this page has saved none, as `relay.handOff` returns it. Each needs its own `storageKey`. */
  resume?: SavedIntent | undefined
  /** Where the record is kept over a reload; `null` keeps none. @default the tab's `sessionStorage`, if there is one */
  storage?: PageStorage | null | undefined
  /** The key in `storage`; two logins on one page, or two users in one tab, need two keys. @default "auth-intent" */
  storageKey?: string | undefined
  /** Called once when the account is connected. */
  onConnected?: ((output: Extract<AuthIntentOutput, { status: "connected" }>) => void) | undefined
  /** Called once with how the intent ended, whichever way. */
  onEnd?: ((output: AuthIntentOutput) => void) | undefined
}

/** The options of a page's login: a transport, or where the relay is mounted. */
export type PageIntentOptions<Credentials = PostpressCredentials> = PageOptions<Credentials> &
  (
    | {
        /** A transport of your own, in place of `relay`. */
        transport: AuthTransport<Credentials>
        relay?: undefined
      }
    | {
        /** Where the relay is mounted on your server: a path, for example "/api/auth", or a whole URL. */
        relay: string
        transport?: undefined
      }
  )

/** A step that a page shows. There is no `wait`: the last step stays while a request is in flight. */
export type PageStep = Exclude<IntentStep, { kind: "wait" }>

/** What a page shows of its login; the same object until something changes. */
export interface PageState {
  /** What the person has to do now: narrow it by its `kind`. */
  step: PageStep
  /** Whether a request of the person's is in flight: only a cancel is accepted. */
  busy: boolean
  /** Whether a request about the approval is in flight: a code and another way are accepted meanwhile. */
  isChecking: boolean
  provider: Provider
  /** The username that the person signs in with, once it was sent. */
  account?: string | undefined
  /** Whether a login is under way in another tab. */
  isElsewhere: boolean
  /**
   * Rises with another login, and with a checkpoint that follows one of the same type. A form with `round` and the type
   * in its key keeps nothing that was typed for an earlier checkpoint.
   */
  round: number
}

/** One login on a page. Its functions need no `this`; a call that the step does not accept changes nothing. */
export interface PageIntent<Credentials = PostpressCredentials> {
  /** Returns the actor of the intent; another one after a restart. */
  getActor: () => AuthIntentActor<Credentials>
  /** Returns what to show: the same object until something changes. */
  getState: () => PageState
  /** Returns the state before a saved login is read, for rendering on a server. */
  getInitialState: () => PageState
  /** Calls `changed` after each change of the state; returns a function that unsubscribes. */
  subscribe: (changed: () => void) => () => void
  /** Starts the actor and listens to the page; returns a function that stops both. The login may start again. */
  start: () => () => void
  /** Begins a new intent, for another provider if one is given. */
  restart: (provider?: Provider) => void
  /** Sends the transport's credentials: a username and a password, for a relay. */
  submitCredentials: (credentials: Credentials) => void
  /** Sends a code that the person typed, normalized. */
  submitCode: (code: string) => void
  /** Sends the phone number that receives the code. */
  submitPhone: (phone: Phone) => void
  /** Requests the approval in the provider's app, which the person gives there before or afterwards. */
  approveInApp: () => void
  /** Requests another kind of checkpoint. */
  switchMethod: () => void
  /** Ends the intent as canceled, at any time. */
  cancel: () => void
}
