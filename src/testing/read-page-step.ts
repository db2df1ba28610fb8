import type { IntentStep } from "../intent/get-step.ts"
import type { PagePart } from "./driven-page.ts"
import type { Look } from "./in-page.ts"

type ShownStep = { kind: IntentStep["kind"] | "blank" } & Record<string, unknown>

/**
 * Returns the step that a page shows. The visible field decides its kind. `wait`: only cancel can be pressed; `done`:
 * there is neither a field nor cancel; `blank`: there is no text. The text of a failure is not read. An end reports no
 * failure: the text there belongs to the end. `isPaused`: until a `retryAt`, the buttons that send may be disabled, or
 * have another text.
 */
export function readPageStep(shown: Look["shown"], isPaused = false): ShownStep {
  const step = readKind(shown, isPaused)
  const { failure } = shown
  if (failure === undefined || step.kind === "done" || step.kind === "blank") return step
  return { ...step, failure: failure === "absent" ? undefined : "shown" }
}

function readKind(shown: Look["shown"], isPaused: boolean): ShownStep {
  const isThere = (part: PagePart) => (shown[part] ?? "absent") !== "absent"
  const isUsable = (part: PagePart) => shown[part] === "usable"
  const canCancel = isUsable("cancel")
  const canSubmit = isPaused || isUsable("submit")
  if (isThere("username")) return { kind: canSubmit ? "credentials" : "wait", canCancel }
  const field = isThere("code") ? "code" : isThere("number") ? "phone" : undefined
  if (!isThere("cancel") && !field) return readEnd(shown)

  const canApproveInApp = isUsable("approve")
  const canSwitchMethod = isUsable("switchMethod")
  const kind = field ?? "approval"
  // Without `switchMethod`, only an approval has this button. The button is disabled while the approval is sent.
  const isApproval = !field && isThere("approve") && !("switchMethod" in shown)
  const canGoOn = isPaused || canApproveInApp || canSwitchMethod || isApproval || (field && canSubmit)
  if (!canGoOn) return { kind: "wait", canCancel }
  return {
    kind,
    canCancel,
    ...("switchMethod" in shown && { canSwitchMethod }),
    ...("approve" in shown && !isPaused && { canApproveInApp }),
  }
}

/** Returns how an intent has ended, as far as there are locators for it. */
function readEnd({ connected, expired, mayBeConnected, text }: Look["shown"]): ShownStep {
  if (text === "absent") return { kind: "blank" }
  if (connected === undefined) return { kind: "done" }
  if (mayBeConnected !== "absent") return { kind: "done", mayBeConnected: true }
  const status = connected !== "absent" ? "connected" : expired !== "absent" ? "expired" : "failed"
  // No visible doubt means no doubt: an absent part would not be compared.
  return { kind: "done", status, mayBeConnected: undefined }
}
