// A login page, as small as one can be: your own takes its place.
import {
  approveInApp,
  cancelIntent,
  createAuthIntent,
  createRelayTransport,
  getMessage,
  getStep,
  type Provider,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "auth-intent"

document.body.innerHTML = `
  <form id="credentials"><input name="username"><input name="password" type="password"><button>Connect</button></form>
  <form id="code"><input name="code"><button>Continue</button></form>
  <form id="phone"><input name="countryCode"><input name="number"><button>Continue</button></form>
  <button id="approve">I approved it in the app</button>
  <button id="switch">Another way</button>
  <button id="cancel">Cancel</button>
  <p role="alert"></p>`

const provider = new URLSearchParams(location.search).get("provider") as Provider
const actor = createAuthIntent({ transport: createRelayTransport({ baseUrl: "/api/auth" }), provider })
const element = (id: string) => document.getElementById(id) as HTMLElement

actor.subscribe((snapshot) => {
  const step = getStep(snapshot)
  document.body.dataset["kind"] = step.kind
  document.body.ariaBusy = String(snapshot.hasTag("busy"))
  for (const id of ["credentials", "code", "phone"]) element(id).hidden = step.kind !== id
  element("approve").hidden = !step.canApproveInApp
  element("switch").hidden = !step.canSwitchMethod
  element("cancel").hidden = !step.canCancel
  const alert = document.querySelector("[role=alert]") as HTMLElement
  alert.textContent = step.failure ? getMessage(step.failure) : ""
})
actor.start()

function onSubmit(id: string, send: (field: (name: string) => string) => void) {
  element(id).addEventListener("submit", (event) => {
    event.preventDefault()
    const fields = new FormData(event.target as HTMLFormElement)
    send((name) => String(fields.get(name)))
  })
}
onSubmit("credentials", (field) =>
  actor.send(submitCredentials({ username: field("username"), password: field("password") })),
)
onSubmit("code", (field) => actor.send(submitCode(field("code"))))
onSubmit("phone", (field) => actor.send(submitPhone({ countryCode: field("countryCode"), number: field("number") })))
element("approve").addEventListener("click", () => actor.send(approveInApp()))
element("switch").addEventListener("click", () => actor.send(switchMethod()))
element("cancel").addEventListener("click", () => actor.send(cancelIntent()))
