import type { HostedProvider } from "../../machines/providers.ts"
import { getMessage } from "../failures/messages.ts"
import { toFailure } from "../failures/to-failure.ts"
import { isLost, solveLogin, startLogin } from "./accounts.ts"
import { ApiError, ConnectionLost, methodNotAllowed } from "./api-error.ts"
import { html, renderPage, renderStep } from "./hosted-pages.ts"
import { parseForm } from "./parse-request.ts"
import type { HostedLink, Intent, SandboxState } from "./state.ts"

/** Redirects the browser to a GET, so that a reload sends nothing twice. */
const seeOther = (location: string) => new Response(null, { status: 303, headers: { Location: location } })

const renderText = (title: string, text: string, status: number) => renderPage(title, html`<p>${text}</p>`, status)

/**
 * Serves the pages of one link: a form for each step, until it has ended or expired.
 * @throws ApiError if the method or the form is no browser's; ConnectionLost if the behavior loses the response.
 * @see postpress, Hosted auth wizard, Overview.
 */
export async function serveHosted(request: Request, token: string, state: SandboxState): Promise<Response> {
  if (!["GET", "POST"].includes(request.method)) throw methodNotAllowed("GET, POST")
  const form = request.method === "POST" ? await parseForm(request) : undefined
  const link = state.links.get(token)
  const startAgain = "Go back to where you came from and start again."
  if (link === undefined) return renderText("There is no such link", startAgain, 404)
  // A browser that sends its last form twice is redirected again. Other browsers with the link may not see the target.
  const page = form?.get("page")
  if (link.ended && (!page || page !== link.lastPage)) return renderText("This link has been used", startAgain, 410)
  if (!link.ended && state.now() >= link.expiresAt) return renderText("This link has expired", startAgain, 410)
  if (form === undefined) return renderStep(link)
  submitForm(link, form, state)
  return link.ended ? renderEnd(link) : seeOther(new URL(request.url).pathname)
}

function renderEnd({ ended, redirects, problem, intent }: HostedLink): Response {
  if (intent && isLost(intent)) throw new ConnectionLost()
  const url = ended && redirects[ended]
  // An ASCII URL stays unchanged, so that a signature or a comparison holds. A header cannot hold other characters.
  if (url !== undefined) return seeOther(/^[!-~]+$/.test(url) ? url : new URL(url).href)
  if (ended === "connected") return renderText("Your account is connected", "You can close this page.", 200)
  return renderText("Your account is not connected", problem ?? "You can close this page.", 200)
}

/** Accepts the form of the person's current step; an old form, or a form that is sent twice, does nothing. */
function submitForm(link: HostedLink, form: URLSearchParams, state: SandboxState): void {
  if (link.ended || form.get("step") !== String(link.step)) return
  link.step += 1
  link.lastPage = form.get("page")
  link.problem = undefined
  const action = form.get("action")
  try {
    if (action === "cancel") link.ended = "failed"
    else if (link.intent) solve(link, link.intent, form, state)
    else if (link.provider === undefined) link.provider = chooseProvider(link, form)
    else if (action === "back") link.provider = undefined
    else link.intent = signIn(link.provider, form, state)
  } catch (error) {
    refuse(link, error)
  }
  if (link.intent?.remaining.length !== 0) return
  link.ended = "connected"
  notify(link, link.intent, state)
}

const missing = () => new ApiError(400, "errors/missing_parameters", "A field of the form is missing.")

function chooseProvider({ providers }: HostedLink, form: URLSearchParams): HostedProvider {
  const chosen = providers.find((provider) => provider === form.get("provider"))
  if (chosen === undefined) throw missing()
  return chosen
}

function signIn(provider: HostedProvider, form: URLSearchParams, state: SandboxState): Intent {
  const username = form.get("username")?.trim()
  if (!username || !form.get("password")) throw missing()
  return startLogin({ provider, username }, state)
}

function solve(link: HostedLink, intent: Intent, form: URLSearchParams, state: SandboxState): void {
  const { remaining } = intent
  solveLogin(intent, readCode(form), state)
  if (intent.remaining === remaining) link.problem = "The login has not been approved yet."
}

/** Returns a code, or a phone number as the API accepts it. @see postpress, "Solve a code checkpoint", Request body. */
function readCode(form: URLSearchParams): string {
  if (form.get("action") === "another way") return "TRY_ANOTHER_WAY"
  const code = form.get("code")?.trim()
  if (code !== undefined) return code
  const [country = "", number = ""] = ["country", "number"].map((name) => form.get(name)?.replace(/[\s().+-]/g, ""))
  return `(+${country})${number}`
}

function refuse(link: HostedLink, error: unknown): void {
  if (!(error instanceof ApiError)) throw error
  const operation = link.intent ? "solve" : "submit"
  const failure = toFailure({ operation, status: error.status, json: error.problem })
  const isExpired = link.intent?.isExpired === true
  link.problem = isExpired ? "The time for this login is over. Sign in again." : getMessage(failure)
  if (isExpired || failure.recovery === "restart") link.intent = undefined
  if (failure.recovery === "stop") link.ended = "failed"
}

/** Posts the account to the URL of the link. @see postpress, Hosted auth wizard, step 4. */
function notify({ notifyUrl, name, reconnectAccount }: HostedLink, { accountId }: Intent, { outbox }: SandboxState) {
  if (notifyUrl === undefined) return
  const status = reconnectAccount === undefined ? "CREATION_SUCCESS" : "RECONNECTED"
  outbox.post(notifyUrl, { status, account_id: reconnectAccount ?? accountId, name })
}
