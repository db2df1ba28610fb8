import { defaultLifetime } from "../../machines/clock.ts"
import { formatTime, getMessage } from "../failures/messages.ts"
import { parse } from "../values.schema.ts"
import type { PageState, PageStep } from "./page-intent.types.ts"
import { type Ending, endingOf, fill, helpOf, type PageMessages, pageMessages } from "./page-messages.ts"
import { viewArguments } from "./page-view.schema.ts"

/** What a page shows of its login, and which of its buttons are of use. */
export interface PageView {
  /** A key for the form. The key changes with the required fields: typed text stays until then and no longer. */
  place: string
  /** How the login ended, at the end. */
  ending?: Ending
  title: string
  /** The help of the step, or in its place the failure of the last try; at the end, how the login ended. */
  text: string
  /** How the text is meant; help has no tone. */
  tone?: "good" | "calm" | "bad"
  /** Whether the text reports the failure of the last try. A screen reader reads it aloud at once. */
  isAlert: boolean
  /** Whether the last try was refused for what was entered. */
  isInvalid: boolean
  /** A further notice: a login in another tab. */
  notice?: string
  /** What a screen reader announces: that a request is in flight, the title, or the text if it describes no field. */
  status: string
  /** What remains of the intent, for example `4:05 left`. */
  timeLeft?: string
  /** The remaining time in seconds. */
  secondsLeft?: number
  /** The text of the button that sends the form, or at the end starts again; absent if the button is of no use. */
  action?: string
  /** Whether that button works now. During a pause that the provider requires, the button counts down. */
  canSubmit: boolean
  /** Whether an approval in the provider's app can replace a code. The button stays, out of use, during its check. */
  canApproveInstead: boolean
  canSwitchMethod: boolean
  canCancel: boolean
}

/** The tone of each ending. A login that may have connected the account has not failed. */
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
 * Returns what a page shows of its login at a moment, in words. The view changes with time: call `viewOf` four times a
 * second, or a countdown may skip a second.
 * @param options.texts - A translation. @default pageMessages
 * @param options.now - The time in epoch ms. @default the system's
 * @param options.intentLifetime - The lifetime in ms: the time left never exceeds it, even after a clock was set back.
 * @default 300000
 * @throws AuthIntentError `invalid_option`.
 * @example
 * const { title, text, action } = viewOf(login.getState())
 */
export function viewOf(
  state: PageState,
  options: { texts?: PageMessages | undefined; now?: number | undefined; intentLifetime?: number | undefined } = {},
): PageView {
  parse(viewArguments, { state, options }, "invalid_option", "viewOf")
  const { step, busy, isChecking, provider, round } = state
  const { texts = pageMessages, now = Date.now(), intentLifetime = defaultLifetime } = options
  const fillIn = (text: string, time?: string) =>
    fill(text, { provider: texts[`provider.${provider}`], ...(time && { time }) })
  if (step.kind === "done") {
    const ending = endingOf(step)
    const text = fillIn(getMessage(step, texts, { now: () => now }))
    // After a lost response the text says to look first, whatever the failure was.
    const canSubmit = step.mayBeConnected || step.failure?.recovery !== "stop"
    return {
      place: "done",
      ending,
      title: fillIn(texts[`title.${ending}`]),
      text,
      status: text,
      tone: tones[ending],
      canSubmit,
      ...(canSubmit && { action: fillIn(texts[ending === "connected" ? "action.connectAnother" : "action.restart"]) }),
      isAlert: false,
      isInvalid: false,
      canApproveInstead: false,
      canSwitchMethod: false,
      canCancel: false,
    }
  }

  const { kind, failure } = step
  const title = fillIn(texts[`title.${kind}`])
  const retryAt = (failure?.status === 429 && failure.retryAt) || Infinity
  const isPaused = retryAt > now && retryAt <= now + longestPause
  const { text: unfilled, ...meant } = textOf(step, texts, retryAt <= now, isChecking)
  const text = fillIn(unfilled)
  const msLeft = "expiresAt" in step ? Math.max(0, Math.min(step.expiresAt - now, intentLifetime)) : undefined
  const canApprove = "canApproveInApp" in step && step.canApproveInApp
  // At an approval the focus is on the title, so the text is announced. A failure is announced as an alert.
  const status = kind === "approval" && !failure ? text : title
  return {
    place: "checkpoint" in step ? `${kind} ${step.checkpoint.type} ${step.checkpoint.hint} ${round}` : kind + round,
    title,
    text,
    ...meant,
    isInvalid: isInvalid(step),
    ...(state.isElsewhere && { notice: texts["status.elsewhere"] }),
    status: busy || isChecking ? texts["status.busy"] : status,
    ...(msLeft !== undefined && {
      timeLeft: fillIn(texts["status.timeLeft"], formatTime(msLeft)),
      secondsLeft: Math.ceil(msLeft / 1000),
    }),
    action: isPaused ? fillIn(texts["status.retryIn"], formatTime(retryAt - now)) : fillIn(texts[`action.${kind}`]),
    canSubmit: !busy && !isPaused && (kind !== "approval" || canApprove),
    canApproveInstead: kind === "code" && (canApprove || isChecking),
    canSwitchMethod: "canSwitchMethod" in step && step.canSwitchMethod,
    canCancel: true,
  }
}

/** The longest pause that is counted down, in ms. A longer pause comes from a clock that was set back. */
const longestPause = 3_600_000

/** Returns the help of a step, or in its place the failure of the last try. */
function textOf(
  step: Exclude<PageStep, { kind: "done" }>,
  texts: PageMessages,
  isPauseOver: boolean,
  isChecking: boolean,
): Pick<PageView, "text" | "tone" | "isAlert"> {
  if (step.failure === undefined) return { text: helpOf(step, texts, isChecking), isAlert: false }
  if (isPauseOver) return { text: texts["status.retryNow"], tone: "calm", isAlert: true }
  // The time until the next try is on the button.
  const { retryAt, ...failure } = step.failure
  const tone = failure.type === "client/not_approved_yet" ? "calm" : "bad"
  return { text: getMessage(failure, texts), tone, isAlert: true }
}
