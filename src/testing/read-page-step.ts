import type { IntentStep } from "../intent/get-step.ts"
import type { PagePart } from "./driven-page.ts"
import type { Look } from "./in-page.ts"

interface ShownStep {
  kind: IntentStep["kind"]
  canCancel?: boolean
  canSwitchMethod?: boolean
  canApproveInApp?: boolean
  status?: "connected" | "expired" | "failed"
  mayBeConnected?: true | undefined
}

/**
 * Returns the step as a page shows it: its kind by the field that is visible, `wait` where nothing but cancel can be
 * pressed, and `done` where neither a field nor cancel is left.
 */
export function readPageStep(shown: Look["shown"]): ShownStep {
  const isThere = (part: PagePart) => shown[part] !== "absent"
  const isUsable = (part: PagePart) => shown[part] === "usable"
  const canCancel = isUsable("cancel")
  if (isThere("username")) return { kind: isUsable("submit") ? "credentials" : "wait", canCancel }
  if (!isThere("cancel")) return readEnd(shown)

  const canApproveInApp = isUsable("approve")
  const canSwitchMethod = isUsable("switchMethod")
  const kind = isThere("code") ? "code" : isThere("number") ? "phone" : "approval"
  const canGoOn = canApproveInApp || canSwitchMethod || (kind !== "approval" && isUsable("submit"))
  return canGoOn ? { kind, canCancel, canSwitchMethod, canApproveInApp } : { kind: "wait", canCancel }
}

/** Returns how an intent has ended, as far as the page was said to show it. */
function readEnd({ connected, expired, mayBeConnected }: Look["shown"]): ShownStep {
  if (connected === undefined) return { kind: "done" }
  if (mayBeConnected !== "absent") return { kind: "done", mayBeConnected: true }
  const status = connected !== "absent" ? "connected" : expired !== "absent" ? "expired" : "failed"
  // A doubt that is not shown is none: left out, it would not be compared.
  return { kind: "done", status, mayBeConnected: undefined }
}
