import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { type Messages, messages } from "../failures/messages.ts"
import type { PageStep } from "./page-intent.types.ts"

/** How an intent ended, as a person sees it. */
export type Ending = "connected" | "expired" | "failed" | "canceled" | "alreadyConnected" | "mayBeConnected"

/** The page's own texts. */
const texts = {
  "provider.INSTAGRAM": "Instagram",
  "provider.LINKEDIN": "LinkedIn",
  "provider.MESSENGER": "Messenger",
  "provider.TWITTER": "X (Twitter)",
  "title.credentials": "Connect your account",
  "title.code": "Enter your code",
  "title.approval": "Approve the login",
  "title.phone": "Phone number",
  "title.connected": "Connected",
  "title.expired": "Time is up",
  "title.failed": "Not connected",
  "title.canceled": "Canceled",
  "title.alreadyConnected": "Already connected",
  "title.mayBeConnected": "Not sure yet",
  "help.credentials": "Sign in as you do at {provider}. Your password is passed on and never kept.",
  "help.code": "Enter the code for {provider} from your authenticator app or a text message.",
  "help.codeSent": "{provider} has sent you a code, by text message or email.",
  "help.codeBySms": "{provider} has sent a code to your phone, in a text message.",
  "help.codeInApp": "Enter the code that your authenticator app shows for {provider}.",
  "help.codeOrApproval": "Enter the code from {provider}, or approve the login in its app.",
  "help.codeUnknown": "{provider} wants one more step. If you get a code, enter it here.",
  "help.approval":
    "Open {provider} on your phone and approve where it asks whether it was you. This page goes on by itself.",
  "help.phone": "{provider} wants a phone number, to send a code to.",
  "label.provider": "Account",
  "label.username": "Username or email",
  "label.password": "Password",
  "label.code": "Code",
  "label.country": "Country",
  "label.number": "Number",
  "action.credentials": "Connect",
  "action.code": "Continue",
  "action.approval": "I have approved it",
  "action.phone": "Send me a code",
  "action.approveInstead": "Approve in the app",
  "action.switchMethod": "Try another way",
  "action.cancel": "Cancel",
  "action.restart": "Start again",
  "action.connectAnother": "Connect another",
  "action.showPassword": "Show password",
  "action.hidePassword": "Hide password",
  "status.busy": "One moment…",
  "status.retryIn": "Try again in {time}",
  "status.retryNow": "You can try again now.",
  "status.timeLeft": "{time} left",
  "status.lastMinute": "Less than one minute left",
  "status.lastSeconds": "Less than 20 seconds left",
  "status.elsewhere": "A login is under way in another tab. This one is separate.",
  "status.or": "or",
}

/**
 * Every text of a login page: the texts of the failures, and the page's own. A title, a help, a failure, an end and the
 * button may hold `{provider}`; a text about a time may hold `{time}`.
 */
export type PageMessages = Messages & Record<keyof typeof texts | `provider.${Provider}`, string>

/**
 * The English texts of a login page. A translation is a complete object of this type, so that no English remains.
 * @example
 * <ConnectAccount relay="/api/auth" messages={{ ...pageMessages, "action.credentials": "Link my account" }} />
 */
export const pageMessages: PageMessages = { ...messages, ...texts }

/** Returns a text with its placeholders filled in. */
export const fill = (text: string, values: Record<string, string>) =>
  text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder)

export function endingOf(step: Extract<PageStep, { kind: "done" }>): Ending {
  if (step.mayBeConnected) return "mayBeConnected"
  if (step.status !== "failed") return step.status
  if (step.failure?.type === "client/canceled") return "canceled"
  return step.failure?.type === "errors/already_exists" ? "alreadyConnected" : "failed"
}

/** Returns the help of a step, a sentence with its placeholders. */
export function helpOf(step: Exclude<PageStep, { kind: "done" }>, texts: PageMessages, isChecking = false): string {
  const key = step.kind === "code" ? codeHelp(step.checkpoint, step.canApproveInApp || isChecking) : step.kind
  return texts[`help.${key}`]
}

function codeHelp({ type, hint }: Pick<Checkpoint, "type" | "hint">, canApproveInApp: boolean) {
  if (canApproveInApp) return "codeOrApproval"
  if (hint === "SMS") return "codeBySms"
  if (hint === "APP") return "codeInApp"
  if (type === "OTP") return "codeSent"
  return type === "2FA" ? "code" : "codeUnknown"
}
