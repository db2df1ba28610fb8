import type { AuthIntentOutput, SavedIntent } from "../../machines/auth-intent.types.ts"
import { timeOf } from "../../machines/clock.ts"
import type { Provider } from "../../machines/providers.ts"
import { attempt } from "../attempt.ts"
import { type AuthIntentActor, createAuthIntent } from "../intent/create-auth-intent.ts"
import * as events from "../intent/events.ts"
import { getStep } from "../intent/get-step.ts"
import { saveIntent } from "../intent/saved-intent.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import type { PostpressCredentials } from "../transports/postpress.ts"
import { createRelayTransport } from "../transports/relay.ts"
import { func, parse } from "../values.schema.ts"
import { pageOptions } from "./page.schema.ts"
import type { PageIntent, PageIntentOptions, PageState, PageStep } from "./page-intent.types.ts"
import { createTabAnnouncements, getStorage, readPageRecord, usernameOf, writePageRecord } from "./page-storage.ts"
import { createAlarm, watchPage } from "./watch-page.ts"

/**
 * Creates the login of a page, not started. It resumes the tab's saved login, saves changes, survives reloads, going
 * back and a frozen page, reports its end once and needs no DOM. `getOptions` is read as an intent begins and ends.
 * @throws AuthIntentError `invalid_option`, `invalid_provider`, or `invalid_base_url`.
 * @example
 * const login = createPageIntent(() => ({ relay: "/api/auth", provider: "INSTAGRAM", onConnected: showAccount }))
 * login.subscribe(() => show(login.getState().step))
 * login.start()
 */
export function createPageIntent<Credentials = PostpressCredentials>(
  getOptions: () => PageIntentOptions<Credentials>,
): PageIntent<Credentials> {
  parse(func, getOptions, "invalid_option", "createPageIntent")
  const first = getOptions()
  parse(pageOptions, first, "invalid_option", "createPageIntent")
  const { resume, storage = getStorage("sessionStorage"), storageKey = "auth-intent", provider, ...more } = first
  const { providers = [resume?.provider ?? provider], ...options } = more
  const now = () => timeOf(getOptions())
  const announcements = createTabAnnouncements(storageKey)
  const listeners = new Set<() => void>()
  const readStored = () => storage?.getItem(storageKey)
  let written = attempt(readStored)
  const hasStorageChanged = () => (attempt(readStored) ?? written) !== written
  let kept: ReturnType<typeof readPageRecord>
  const nothing = { busy: false, isChecking: false, isElsewhere: false, round: 0 }
  const initial: PageState = { step: { kind: "credentials", canCancel: true }, provider, ...nothing }
  let isRunning: boolean | undefined
  let account: string | undefined
  let isReported: boolean | undefined
  let actor = createSavedActor(provider)
  let state = toState(initial)
  const watch = createAlarm(now, () => comeBack(false))

  function createActor(provider: Provider, resume?: SavedIntent): AuthIntentActor<Credentials> {
    // The credentials of a relay are a username and a password.
    const toRelay = () => createRelayTransport({ baseUrl: relay as string }) as unknown as AuthTransport<Credentials>
    const { relay, transport = toRelay(), ...options } = getOptions()
    return createAuthIntent({ ...options, transport, provider: resume?.provider ?? provider, resume })
  }

  /** Returns an actor that resumes the tab's saved login. */
  function createSavedActor(provider: Provider) {
    kept = readPageRecord(readStored, { providers, resume, isBack: isRunning !== undefined, ...options })
    if (isRunning !== undefined) state.round += 1
    const next = createActor(provider, kept?.saved)
    account = kept?.account
    // An end that came while the page was away is reported once the page is back.
    isReported = kept?.wasDone
    return next
  }

  function toState(before: PageState): PageState {
    const snapshot = actor.getSnapshot()
    const next = getStep(snapshot)
    const { failure, ...shown } = before.step
    const busy = next.kind === "wait"
    return {
      step: busy ? (shown as PageStep) : next,
      busy,
      // A request that ends without a failure leads to another checkpoint, which may be of the same type.
      round: before.round + Number(before.busy && !busy && !next.failure),
      isChecking: snapshot.context.request === "inApp",
      provider: snapshot.context.provider,
      account,
      isElsewhere: announcements.isElsewhere(now, snapshot.context.expiresAt),
    }
  }

  /** Calls the listeners, then reports an end to the host, even if one of them threw. */
  function refresh(output?: AuthIntentOutput) {
    state = toState(state)
    try {
      for (const changed of listeners) changed()
    } finally {
      if (output) {
        const { onConnected, onEnd } = getOptions()
        try {
          if (output.status === "connected") onConnected?.(output)
        } finally {
          onEnd?.(output)
        }
      }
    }
  }

  function startActor() {
    const current = actor
    current.subscribe((snapshot) => {
      if (current !== actor) return
      save()
      announcements.announce(snapshot.status === "active" ? snapshot.context.expiresAt : undefined)
      // A request in flight may still be accepted.
      watch(snapshot.matches("checkpoint") ? snapshot.context.expiresAt : undefined)
      const output = isReported ? undefined : snapshot.output
      isReported ||= output !== undefined
      refresh(output)
    })
    current.start()
  }

  function save(isSeen?: boolean) {
    const saved = saveIntent(actor.getSnapshot())
    // An unused form is no login to resume.
    const isUnused = saved.state === "idle" && !(saved.failure || account || resume) && saved.provider === provider
    // The host's record is resumed once. Its deadline at that time identifies it.
    const { resumed = saved.expiresAt } = kept ?? { resumed: resume?.expiresAt }
    writePageRecord(storage, storageKey, isUnused ? undefined : { saved, account, isSeen, resumed })
    written = attempt(readStored)
  }

  /** Returns a fresh actor for the same login: a stopped actor cannot start again. */
  const resumeActor = () => createActor(state.provider, saveIntent(actor.getSnapshot()))

  /** Goes on with a fresh actor, or with a record that another page of this tab has saved since. */
  function comeBack(isOther = hasStorageChanged()) {
    leave()
    // The transport may no longer serve the provider of a new login.
    actor = (isOther && attempt(() => createSavedActor(state.provider))) || resumeActor()
    goOn(isOther)
  }

  /** Starts the actor, or a new login if the saved login's provider is not offered. */
  function goOn(isRead: boolean) {
    isRunning = true
    state = toState(state)
    if (isRead && kept && !providers.includes(kept.saved.provider)) restart(getOptions().provider)
    else startActor()
  }

  const leave = () => {
    announcements.announce(undefined)
    watch()
    actor.stop()
  }

  function restart(provider = state.provider): void {
    // A stopped actor reaches no end.
    const before = isRunning === false ? resumeActor() : actor
    // The transport may no longer serve the provider of the login before.
    actor = attempt(() => createActor(provider)) ?? createActor(getOptions().provider)
    const { status, context, tags, value } = before.getSnapshot()
    // The host has to know of an account that a request may have connected. The page does not show this.
    if (status === "active" && (tags.has("busy") || context.unanswered)) before.start().send(events.cancelIntent())
    const output = isReported ? undefined : before.getSnapshot().output
    before.stop()
    if (value === "connected" || provider !== state.provider) account = undefined
    isReported = false
    if (isRunning) startActor()
    refresh(output)
  }

  return {
    getActor: () => actor,
    getState: () => state,
    getInitialState: () => initial,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    start() {
      // A replaced form may have saved a change after this login was created.
      if (isRunning === undefined && !hasStorageChanged()) goOn(true)
      else comeBack()
      const stopWatching = watchPage(leave, comeBack, () => refresh())
      return () => {
        stopWatching()
        isRunning = false
        leave()
        if (state.step.kind === "done") save(true)
      }
    },
    restart,
    submitCredentials(credentials) {
      if (state.step.kind === "credentials" && !state.busy) account = usernameOf(credentials)
      actor.send(events.submitCredentials(credentials))
    },
    submitCode: (code) => actor.send(events.submitCode(code)),
    submitPhone: (phone) => actor.send(events.submitPhone(phone)),
    approveInApp: () => actor.send(events.approveInApp()),
    switchMethod: () => actor.send(events.switchMethod()),
    cancel: () => actor.send(events.cancelIntent()),
  }
}
