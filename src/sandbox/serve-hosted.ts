import { answerPage } from "./answer-page.ts"
import { answerStep } from "./answer-step.ts"
import { ApiError } from "./api-error.ts"
import { html } from "./html.ts"
import { readForm } from "./read-form.ts"
import type { HostedLink, SandboxState } from "./sandbox-state.ts"
import { takeStep } from "./take-step.ts"

/** The browser asks for it anew, so that nothing is sent twice by a reload. */
const seeOther = (location: string) => new Response(null, { status: 303, headers: { Location: location } })

const says = (title: string, text: string, status: number) => answerPage(title, html`<p>${text}</p>`, status)

function answerEnd({ ended, redirects, problem }: HostedLink): Response {
  const url = ended && redirects[ended]
  if (url !== undefined) return seeOther(new URL(url).href)
  if (ended === "connected") return says("Your account is connected", "You can close this page.", 200)
  return says("Your account is not connected", problem ?? "You can close this page.", 200)
}

/**
 * Serves the pages of one link: a form for each step, until it has ended or expired.
 * @throws ApiError where the method or the form is no browser's.
 * @see postpress, Hosted auth wizard, Overview.
 */
export async function serveHosted(request: Request, token: string, state: SandboxState): Promise<Response> {
  if (!["GET", "HEAD", "POST"].includes(request.method)) {
    const Allow = "GET, HEAD, POST"
    throw new ApiError(405, "errors/method_not_allowed", "This path does not take this method.", { Allow })
  }
  const form = request.method === "POST" ? await readForm(request) : undefined
  const link = state.links.get(token)
  if (link === undefined) return says("There is no such link", "Go back to where you came from and start again.", 404)
  if (form === undefined && link.ended) {
    return says("This link has been used", "It works once. Go back to where you came from and start again.", 410)
  }
  if (!link.ended && state.now() >= link.expiresAt) {
    return says("This link has expired", "Go back to where you came from and start again.", 410)
  }
  if (form === undefined) return answerStep(link)
  takeStep(link, form, state)
  return link.ended ? answerEnd(link) : seeOther(new URL(request.url).pathname)
}
