/** The pages of the browser tests, whose scripts are bundled from the sources; what they show is in `data-state`. */

const show = `
const show = (state) => {
  document.body.dataset.state = state
}
`

/** A page that connects an account through the hosted wizard, and that the wizard comes back to. */
export const hostedPage = `
import { createActor } from "xstate"
import { createRelayLinks, hostedAuthMachine, parseSavedHostedAuth, saveHostedAuth } from "./src/index.ts"
${show}
const { createLink, findConnection, confirmReturn } = createRelayLinks({ baseUrl: "/api/auth" })
const machine = hostedAuthMachine.provide({ actors: { createLink, findConnection } })
const stored = sessionStorage.getItem("login")
const input = stored ? { resume: parseSavedHostedAuth(JSON.parse(stored)) } : { providers: "INSTAGRAM" }
const actor = createActor(machine, { input })
actor.subscribe((snapshot) => {
  sessionStorage.setItem("login", JSON.stringify(saveHostedAuth(snapshot)))
  show(typeof snapshot.value === "string" ? snapshot.value : "redirected")
  document.body.dataset.url = snapshot.context.url ?? ""
})
actor.start()
document.querySelector("button").onclick = () => actor.send({ type: "link.request" })
confirmReturn(location.hash).then((returned) => {
  document.body.dataset.returned = returned ?? "no"
  if (returned) actor.send({ type: "return." + returned })
})
`

/** A page that goes on from the record of a login that was handed over. */
export const handedOverPage = `
import { createAuthIntent, createRelayTransport, getStep, submitCode } from "./src/index.ts"
${show}
const response = await fetch("/record")
if (response.ok) {
  const resume = await response.json()
  const transport = createRelayTransport({ baseUrl: "/api/auth" })
  const actor = createAuthIntent({ transport, provider: resume.provider, resume })
  actor.subscribe((snapshot) => {
    const step = getStep(snapshot)
    show(step.kind === "done" ? step.status : step.failure?.type ?? step.kind)
  })
  show("code")
  actor.start()
  document.querySelector("button").onclick = () => actor.send(submitCode(document.querySelector("input").value))
} else show("none")
`
