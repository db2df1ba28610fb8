import { getMessage } from "../failures/messages.ts"
import { recoveryOf } from "../failures/recovery.ts"
import { ApiError } from "./api-error.ts"
import type { HostedLink, Intent, SandboxState } from "./sandbox-state.ts"
import { solveLogin } from "./solve-login.ts"
import { startLogin } from "./start-login.ts"

const missing = () => new ApiError(400, "errors/missing_parameters", "A field of the form is missing.")

function chooseProvider(link: HostedLink, form: URLSearchParams): void {
  link.provider = link.providers.find((provider) => provider === form.get("provider"))
  if (link.provider === undefined) throw missing()
}

function signIn(link: HostedLink, form: URLSearchParams, state: SandboxState): void {
  const { provider } = link
  const username = form.get("username")?.trim()
  if (provider === undefined || !username || !form.get("password")) throw missing()
  link.intent = startLogin({ provider, username }, state)
}

/** A code, or a phone number as the API takes it. @see postpress, "Solve a code checkpoint", Request body. */
function readCode(form: URLSearchParams): string {
  if (form.get("action") === "another way") return "TRY_ANOTHER_WAY"
  const code = form.get("code")?.trim()
  if (code !== undefined) return code
  const [country = "", number = ""] = ["country", "number"].map((name) => form.get(name)?.replace(/[\s().+-]/g, ""))
  return `(+${country})${number}`
}

function solve(link: HostedLink, intent: Intent, form: URLSearchParams, { now }: SandboxState): void {
  const { left } = intent
  solveLogin(intent, readCode(form), now())
  if (intent.left === left) link.problem = "The login has not been approved yet."
}

function refuse(link: HostedLink, error: unknown): void {
  if (!(error instanceof ApiError)) throw error
  const { status, type } = error.envelope
  const recovery = recoveryOf(link.intent ? "solve" : "submit", status, type)
  const isOver = link.intent?.over === true
  link.problem = isOver ? "The time for this login is up. Sign in again." : getMessage({ type, recovery })
  if (isOver || recovery === "restart") link.intent = undefined
  if (recovery === "stop") link.ended = "failed"
}

/** Tells who asked for the link. @see postpress, Hosted auth wizard, step 4. */
function notify({ notifyUrl, name, reconnectAccount }: HostedLink, { accountId }: Intent, { outbox }: SandboxState) {
  if (notifyUrl === undefined) return
  const status = reconnectAccount === undefined ? "CREATION_SUCCESS" : "RECONNECTED"
  outbox.post(notifyUrl, { status, account_id: reconnectAccount ?? accountId, name })
}

/** Takes the form of the step that the person is at; an old one, or one that is sent twice, does nothing. */
export function takeStep(link: HostedLink, form: URLSearchParams, state: SandboxState): void {
  if (link.ended || form.get("step") !== String(link.step)) return
  link.step += 1
  link.problem = undefined
  const action = form.get("action")
  try {
    if (action === "cancel") link.ended = "failed"
    else if (link.provider === undefined) chooseProvider(link, form)
    else if (link.intent) solve(link, link.intent, form, state)
    else if (action === "back") link.provider = undefined
    else signIn(link, form, state)
  } catch (error) {
    refuse(link, error)
  }
  if (link.intent?.left.length !== 0) return
  link.ended = "connected"
  notify(link, link.intent, state)
}
