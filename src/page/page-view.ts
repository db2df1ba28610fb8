import { defaultLifetime } from "../../machines/clock.ts"
import { formatTime, getMessage } from "../failures/messages.ts"
import { parse } from "../values.schema.ts"
import type { PageState, PageStep } from "./page-intent.types.ts"
import { type Ending, endingOf, fill, helpOf, type PageMessages, pageMessages } from "./page-messages.ts"
import { viewArguments } from "./page-view.schema.ts"

/** What a page shows of its login, and which of its parts are of use. */
export interface PageView {
  /** A key for the form. It changes where other fields are wanted, so that what was typed stays until then and no longer. */
  place: string
  /** How it ended, at the end. */
  ending?: Ending
  title: string
  /** The help of the step, or in its place the failure of the last try; at the end, how the login ended. */
  text: string
  /** How the text is meant; help has no tone. */
  tone?: "good" | "calm" | "bad"
  /** Whether the text reports what the last try met, and is to be read aloud at once. */
  isAlert: boolean
  /** Whether the last try was refused for what was entered. */
  isInvalid: boolean
  /** What has to be known besides: a login in another tab. */
  notice?: string
  /** What a screen reader announces: that a request is in flight, the title, or the text where it describes no field. */
  status: string
  /** What remains of the intent, for example `4:05 left`. */
  timeLeft?: string
  /** The same in seconds. */
  secondsLeft?: number
  /** The text of the button that sends the form, or at the end starts again; there is none where that is of no use. */
  action?: string
  /** Whether that button does anything now. Where the provider wants a pause, it counts down meanwhile. */
  canSubmit: boolean
  /** Whether a code may be approved in the provider's app instead. The button stays, out of use, while that is checked. */
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
 * Returns what a page shows of its login at a moment, in words. It changes with time: call it four times a second, or a
 * countdown may skip one.
 * @param options.texts - A translation. @default pageMessages
 * @param options.now - The time in epoch ms. @default the system's
 * @param options.intentLifetime - That of the login, in ms: no more is shown as remaining, even after a clock was set back.
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
    // After a lost response the text is to look first, whatever the failure was.
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
  // At an approval without a failure, which would be an alert, the focus is on the title.
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

/** The longest pause that is counted down, in ms: a longer one comes from a clock that was set back. */
const longestPause = 3_600_000

/** Returns what a step wants of the person, or in its place what the last try met. */
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
