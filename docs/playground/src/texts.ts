import type { IntentStep, Provider } from "auth-intent"

/** The providers, as a person knows them. */
export const providers: Record<Provider, string> = {
  INSTAGRAM: "Instagram",
  LINKEDIN: "LinkedIn",
  MESSENGER: "Messenger",
  TWITTER: "Twitter",
}

/** What each step is called, and what the button says that goes on from it. */
export const words = {
  credentials: { title: "Connect an account", submit: "Connect" },
  code: { title: "Enter your code", submit: "Continue" },
  approval: { title: "Approve the login", submit: "I have approved it" },
  phone: { title: "Your phone number", submit: "Continue" },
  wait: { title: "", submit: "" },
}

const endings = { connected: "Connected", expired: "Time is up", failed: "Not connected" }

export const titleOf = ({ kind, status = "failed" }: IntentStep) =>
  kind === "done" ? endings[status] : words[kind].title

/** What a step asks for, in a sentence. */
export function helpFor({ kind, checkpoint, canApproveInApp }: IntentStep, provider: Provider): string {
  const name = providers[provider]
  if (kind === "credentials") return "Sign in as you do there. Your password is passed on and never kept."
  if (kind === "phone") return `${name} wants a phone number to send a code to.`
  if (kind === "approval") return `Approve the login in ${name} on your phone. This page goes on by itself.`
  if (canApproveInApp) return `Enter the code from ${name}, or approve the login in its app.`
  if (checkpoint?.hint === "SMS" || checkpoint?.type === "OTP") return `${name} has sent you a code. Enter it here.`
  if (checkpoint?.type === "2FA") return "Enter the code from your authenticator app or a text message."
  return `${name} asks for something new (${checkpoint?.type}). If you get a code, enter it.`
}
