import { defaultLifetime } from "../../machines/clock.ts"
import type { Provider } from "../../machines/providers.ts"
import { formatSeconds, getMessage } from "../failures/messages.ts"
import type { PageState, PageStep } from "./page-intent.types.ts"
import { endingOf, fill, helpOf, type PageMessages, pageMessages, titleOf } from "./page-messages.ts"

/** What a page shows of its login, and which of its parts are of use. */
export interface PageView {
  /** Another one where other fields are wanted: a form that is drawn anew then keeps what was typed until then. */
  place: string
  title: string
  /** What the step wants, in its place what the last try met, or how it ended. */
  text: string
  /** How the text is meant; help has no tone. */
  tone?: "good" | "calm" | "bad"
  /** Whether the text reports what the last try met, and is to be read aloud at once. */
  isAlert: boolean
  /** Whether the last try was refused for what was entered. */
  isInvalid: boolean
  /** What has to be known besides: another tab, no connection. */
  notices: readonly string[]
  /** What a screen reader says besides: that it takes a moment, the title, or the text where no field is described by it. */
  status: string
  /** What remains of the intent, say `4:05 left`. */
  timeLeft?: string
  /** The text of the button that sends the form, or at the end starts again; there is none where that is of no use. */
  action?: string
  /** Whether that button does anything now. Where the provider wants a pause, it counts down meanwhile. */
  canSubmit: boolean
  /** Until when the provider wants a pause, in epoch ms, while that is to come. */
  retryAt?: number
  /** Whether a code may be approved in the provider's app instead. */
  canApproveInstead: boolean
  canSwitchMethod: boolean
  canCancel: boolean
}

/** How each ending is meant: a login that may have connected the account has not gone wrong. */
const tones = {
  connected: "good",
  alreadyConnected: "good",
  canceled: "calm",
  expired: "calm",
  mayBeConnected: "calm",
  failed: "bad",
} as const

/** Whether the last try was refused for what was entered in the fields of a step. */
export const isInvalid = ({ kind, failure }: PageStep): boolean =>
  failure?.recovery === "correct" && (failure.about ?? kind) === kind

/**
 * Returns what a page shows of its login at a moment, in words; it changes with time, so call it each second. `texts` is
 * a translation, by default `pageMessages`; `now` is the time in epoch ms, by default the system's; `intentLifetime` is
 * that of the login, by default five minutes: no more than that is shown as remaining, even after a clock was set back.
 * @example
 * const { title, text, action } = viewOf(login.getState())
 */
export function viewOf(
  state: PageState,
  {
    texts = pageMessages,
    now = Date.now(),
    intentLifetime = defaultLifetime,
  }: { texts?: PageMessages; now?: number; intentLifetime?: number | undefined } = {},
): PageView {
  const { step, busy, provider } = state
  const title = titleOf(step, texts)
  const common = { title, status: busy ? texts["status.busy"] : title, isAlert: false, isInvalid: false, notices: [] }
  if (step.kind === "done") {
    const ending = endingOf(step)
    const action = texts[ending === "connected" ? "action.connectAnother" : "action.restart"]
    const canSubmit = step.status !== "failed" || step.failure?.recovery !== "stop"
    const text = getMessage(step, texts, { now: () => now })
    const can = { canSubmit, canApproveInstead: false, canSwitchMethod: false, canCancel: false }
    return { ...common, ...can, place: "done", text, status: text, tone: tones[ending], ...(canSubmit && { action }) }
  }

  const { failure } = step
  const retryAt = failure?.status === 429 ? (failure.retryAt ?? 0) : 0
  const isWaiting = retryAt > now
  const timeUntil = (time: number) => formatSeconds(Math.max(0, Math.ceil((time - now) / 1000)))
  const canApprove = "canApproveInApp" in step && step.canApproveInApp
  const isOffline = state.isOffline && failure?.type !== "client/network"
  const shown = textOf(step, { provider, texts, now, isWaiting })
  return {
    ...common,
    place: "checkpoint" in step ? `${step.kind} ${step.checkpoint.type}` : step.kind,
    ...shown,
    // The focus is on the title then, and what the last try met is an alert.
    ...(step.kind === "approval" && !busy && !failure && { status: shown.text }),
    isInvalid: isInvalid(step),
    notices: [
      ...(isOffline ? [texts["status.offline"]] : []),
      ...(state.isElsewhere ? [texts["status.elsewhere"]] : []),
    ],
    ...("expiresAt" in step && {
      timeLeft: fill(texts["status.timeLeft"], { time: timeUntil(Math.min(step.expiresAt, now + intentLifetime)) }),
    }),
    action: isWaiting ? fill(texts["status.retryIn"], { time: timeUntil(retryAt) }) : texts[`action.${step.kind}`],
    ...(isWaiting && { retryAt }),
    canSubmit: !busy && !isWaiting && (step.kind !== "approval" || canApprove),
    canApproveInstead: step.kind === "code" && canApprove,
    canSwitchMethod: "canSwitchMethod" in step && step.canSwitchMethod,
    canCancel: true,
  }
}

/** Returns what a step wants of the person, or in its place what the last try met. */
function textOf(
  step: Exclude<PageStep, { kind: "done" }>,
  { provider, texts, now, isWaiting }: { provider: Provider; texts: PageMessages; now: number; isWaiting: boolean },
): Pick<PageView, "text" | "tone" | "isAlert"> {
  const { failure } = step
  if (failure === undefined) return { text: helpOf(step, provider, texts), isAlert: false }
  const { retryAt, ...shown } = failure
  if (failure.status === 429 && retryAt !== undefined && !isWaiting) {
    return { text: texts["status.retryNow"], tone: "calm", isAlert: true }
  }
  // The time until the next try is on the button.
  const tone = failure.type === "client/not_approved_yet" ? "calm" : "bad"
  return { text: getMessage(shown, texts, { now: () => now }), tone, isAlert: true }
}
