import type { IntentStep } from "auth-intent"

/** Returns what the page shows of its step. It runs in the page. */
export function readStep(): Partial<IntentStep> {
  const form = document.querySelector<HTMLElement>(".ai-connect")
  const title = form?.querySelector("h2")?.textContent ?? ""
  const buttons = [...(form?.querySelectorAll("button:not([aria-disabled=true])") ?? [])]
  const offers = (...texts: string[]) => buttons.some(({ textContent }) => texts.includes(textContent))
  const kind = form?.ariaBusy === "true" ? "wait" : form?.dataset["step"]
  const status = { Connected: "connected", "Time is up": "expired" }[title] ?? "failed"
  const shown = {
    kind,
    ...(kind === "done" && (title === "Not sure yet" ? { mayBeConnected: true } : { status })),
    ...(kind !== "done" && { canCancel: offers("Cancel") }),
    ...(["code", "phone", "approval"].includes(kind ?? "") && {
      canSwitchMethod: offers("Try another way"),
      canApproveInApp: offers("I have approved it", "I have approved it in the app"),
    }),
  }
  return shown as Partial<IntentStep>
}
