import type { IntentStep } from "../intent/get-step.ts"
import type { locate, PageLocator, PageLocators } from "./driven-page.ts"
import { readPresence } from "./in-page.ts"

/** What a page shows of the step. */
interface ShownStep {
  kind: IntentStep["kind"]
  canCancel?: boolean
  canSwitchMethod?: boolean
  canApproveInApp?: boolean
  status?: "connected" | "expired" | "failed"
  mayBeConnected?: true
}

const look = (locators: readonly PageLocator[]) =>
  Promise.all(locators.map((locator) => locator.evaluateAll(readPresence)))

/**
 * Returns the step as a page shows it: its kind by the field that is visible, `wait` where nothing but cancel can be
 * pressed, and `done` where neither a field nor cancel is left. A look is dear, so that none is taken for nothing.
 */
export async function readPageStep(
  { username, code, number, approve, switchMethod, cancel, submit }: ReturnType<typeof locate>,
  ended: PageLocators["ended"],
): Promise<ShownStep> {
  const [credentials, end] = await look([username, cancel])
  const canCancel = end === "usable"
  if (credentials !== "absent") {
    const [connect] = await look([submit])
    return { kind: connect === "usable" ? "credentials" : "wait", canCancel }
  }
  if (end === "absent") return readEnd(ended)

  const [typed, phone, approval, another, send] = await look([code, number, approve, switchMethod, submit])
  const canApproveInApp = approval === "usable"
  const canSwitchMethod = another === "usable"
  const kind = typed !== "absent" ? "code" : phone !== "absent" ? "phone" : "approval"
  const canGoOn = canApproveInApp || canSwitchMethod || (kind !== "approval" && send === "usable")
  return canGoOn ? { kind, canCancel, canSwitchMethod, canApproveInApp } : { kind: "wait", canCancel }
}

/** Returns how an intent has ended, as the page shows it. */
async function readEnd(ended: PageLocators["ended"]): Promise<ShownStep> {
  if (ended === undefined) return { kind: "done" }
  const [connected, expired, unsure] = await look([ended.connected, ended.expired, ended.mayBeConnected])
  if (unsure !== "absent") return { kind: "done", mayBeConnected: true }
  const status = connected !== "absent" ? "connected" : expired !== "absent" ? "expired" : "failed"
  return { kind: "done", status }
}
