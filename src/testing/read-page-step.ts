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
 * pressed, and `done` where nothing is left.
 */
export async function readPageStep(
  { username, code, number, approve, switchMethod, cancel, submit }: ReturnType<typeof locate>,
  ended: PageLocators["ended"],
): Promise<ShownStep> {
  const seen = await look([username, code, number, approve, switchMethod, cancel, submit])
  const [credentials, typed, phone, approval, another, end] = seen.map((presence) => presence !== "absent")
  const [, , , canApproveInApp = false, canSwitchMethod = false, canCancel = false, canSubmit = false] = seen.map(
    (presence) => presence === "usable",
  )
  if (credentials) return canSubmit ? { kind: "credentials", canCancel } : { kind: "wait", canCancel }
  const kind = typed ? "code" : phone ? "phone" : approval ? "approval" : undefined
  const canGoOn = canApproveInApp || canSwitchMethod || (kind !== "approval" && canSubmit)
  if (kind && canGoOn) return { kind, canCancel, canSwitchMethod, canApproveInApp }
  if (kind || another || end) return { kind: "wait", canCancel }

  if (ended === undefined) return { kind: "done" }
  const ends = await look([ended.connected, ended.expired, ended.mayBeConnected])
  const [connected, expired, unsure] = ends.map((presence) => presence !== "absent")
  if (unsure) return { kind: "done", mayBeConnected: true }
  return { kind: "done", status: connected ? "connected" : expired ? "expired" : "failed" }
}
