// A login page, as small as one can be: your own takes its place.
import {
  approveInApp,
  cancelIntent,
  createAuthIntent,
  createRelayTransport,
  getMessage,
  getStep,
  parseSavedIntent,
  saveIntent,
  submitCode,
  submitCredentials,
  submitPhone,
  switchMethod,
} from "auth-intent"

document.body.innerHTML = `
  <form id="credentials"><input name="username"><input name="password" type="password"><button id="connect">Connect</button></form>
  <form id="code"><input name="code"><button id="send-code">Continue</button></form>
  <form id="phone"><input name="countryCode"><input name="number"><button id="send-phone">Continue</button></form>
  <button id="approve">I approved it in the app</button>
  <button id="switch">Another way</button>
  <button id="cancel">Cancel</button>
  <p role="alert"></p>`

const { provider, ...options } = JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}")
const stored = sessionStorage.getItem("intent")
const resume = stored ? parseSavedIntent(JSON.parse(stored), { provider, ...options }) : undefined
const transport = createRelayTransport({ baseUrl: "/api/auth" })
const actor = createAuthIntent({ ...options, transport, provider, resume })
const element = (id: string) => document.getElementById(id) as HTMLElement

actor.subscribe({
  next(snapshot) {
    sessionStorage.setItem("intent", JSON.stringify(saveIntent(snapshot)))
    const step = getStep(snapshot)
    document.body.dataset["step"] = JSON.stringify(step)
    for (const id of ["credentials", "code", "phone"]) element(id).hidden = step.kind !== id
    element("approve").hidden = !("canApproveInApp" in step && step.canApproveInApp)
    element("switch").hidden = !("canSwitchMethod" in step && step.canSwitchMethod)
    element("cancel").hidden = step.kind === "done"
    const alert = document.querySelector("[role=alert]") as HTMLElement
    alert.textContent = step.failure ? getMessage(step.failure) : ""
  },
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
