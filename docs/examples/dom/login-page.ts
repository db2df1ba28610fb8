import type { Provider } from "auth-intent"
import * as page from "auth-intent/page"

const texts = page.pageMessages
let count = 0

const radio = (provider: Provider) => `<label class="ai-provider">
  <input type="radio" name="provider" value="${provider}"><span>${texts[`provider.${provider}`]}</span></label>`
const country = ({ code, name, isLargest }: page.Country) =>
  `<option value="${code}" ${isLargest ? "data-largest" : ""}>${name} (+${code})</option>`

/** Returns the fields of each step; an approval and an end have none. Their ids end with `id`. */
function fieldsOf(id: string): Record<string, string> {
  const field = (name: string, label: string, attributes: string) => `<div class="ai-field">
    <label for="${name}${id}">${label}</label>
    <input class="ai-input ai-${name}" id="${name}${id}" name="${name}" required aria-describedby="help${id}" autocapitalize="none" ${attributes}></div>`
  return {
    credentials:
      field("username", texts["label.username"], 'autocomplete="username"') +
      field("password", texts["label.password"], 'type="password" autocomplete="current-password"'),
    code: field("code", texts["label.code"], 'autocomplete="one-time-code"'),
    phone: `<div class="ai-field"><label for="countryCode${id}">${texts["label.country"]}</label>
      <select class="ai-input" id="countryCode${id}" name="countryCode" required autocomplete="tel-country-code">${page.getCountries().map(country).join("")}</select>
      </div>${field("number", texts["label.number"], 'type="tel" autocomplete="tel-national"')}`,
  }
}

/** Shows a login in an element; returns a function that ends it. Its look is `auth-intent/react/style.css`, a stylesheet alone. */
export function showLogin(root: HTMLElement, options: page.PageIntentOptions): () => void {
  const login = page.createPageIntent(() => options)
  const id = `-${++count}`
  const radios = (options.providers ?? []).map(radio)
  const choice = `<fieldset class="ai-providers"><legend class="ai-hidden">${texts["label.provider"]}</legend>${radios.join("")}</fieldset>`
  root.className = "ai-connect"
  root.toggleAttribute("data-choice", radios.length > 1)
  root.innerHTML = `<h2 class="ai-title" tabindex="-1"></h2>
    <div class="ai-identity"><p><strong></strong><span class="ai-account" dir="auto" translate="no"></span></p><div class="ai-time"><p role="timer"></p></div></div>
    <form class="ai-form" method="post" novalidate>
      <div class="ai-help" id="help${id}"><p></p></div><div class="ai-others"><button type="button" class="ai-link ai-approve">${texts["action.approveInstead"]}</button>
      <button type="button" class="ai-link ai-switch">${texts["action.switchMethod"]}</button></div>
      <div class="ai-notices" role="status"><p></p></div><div class="ai-actions"><button type="submit" class="ai-button ai-submit"></button>
        <button type="button" class="ai-link ai-cancel">${texts["action.cancel"]}</button></div>
    </form><p role="status" class="ai-hidden"></p>`
  const find = <Part extends HTMLElement>(selector: string) => root.querySelector(selector) as Part
  const [form, help, submit] = [find<HTMLFormElement>("form"), find(".ai-help"), find(".ai-submit")]
  let view = page.viewOf(login.getState())
  let shown = { place: "", busy: false }
  let empty: string | undefined
  const written = new Map<string, string>()

  /** Writes only a changed text: the same text would be read aloud again, and a browser's translation of it would be lost. */
  function write(selector: string, text = "") {
    if (written.get(selector) !== text) find(selector).textContent = text
    written.set(selector, text)
  }

  function show() {
    const { step, busy, isChecking, provider, account = "" } = login.getState()
    view = page.viewOf(login.getState(), { intentLifetime: options.intentLifetime })
    if (view.place !== shown.place) {
      for (const old of form.querySelectorAll(".ai-field, .ai-providers")) old.remove()
      help.insertAdjacentHTML("afterend", fieldsOf(id)[step.kind] ?? "")
      if (step.kind === "credentials" && radios.length > 1) help.insertAdjacentHTML("beforebegin", choice)
      if (step.kind === "credentials") find<HTMLInputElement>("[name=username]").value = account
      if (step.kind === "code") find("[name=code]").inputMode = page.getCodeLength(step.checkpoint) ? "numeric" : "text"
    }
    root.dataset["step"] = step.kind
    form.ariaBusy = String(busy)
    write(".ai-title", view.title)
    write("strong", texts[`provider.${provider}`])
    write(".ai-account", account)
    write("[role=timer]", view.timeLeft)
    write(".ai-help p", view.text)
    write(".ai-notices p", view.notice ?? "")
    write(".ai-submit", view.action)
    write("p.ai-hidden", view.status)
    help.toggleAttribute("data-tone", view.tone !== undefined)
    if (view.tone) help.dataset["tone"] = view.tone
    find(".ai-help p").role = view.isAlert ? "alert" : null
    submit.hidden = view.action === undefined
    submit.ariaDisabled = String(!view.canSubmit)
    submit.classList.toggle("ai-quiet", view.ending === "connected" || view.ending === "mayBeConnected")
    find(".ai-approve").hidden = !view.canApproveInstead
    find(".ai-switch").hidden = !view.canSwitchMethod
    find(".ai-cancel").hidden = !view.canCancel
    find(".ai-approve").ariaDisabled = String(busy || isChecking)
    find(".ai-switch").ariaDisabled = String(busy)
    for (const input of form.querySelectorAll("input")) {
      input.readOnly = busy
      if (input.type === "radio") input.checked = input.value === provider
      else input.ariaInvalid = String(view.isInvalid && (empty ?? input.name) === input.name)
    }
    if (!busy && shown.place !== "" && (view.place !== shown.place || shown.busy)) page.moveFocus(root)
    shown = { place: view.place, busy }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (view.canSubmit) empty = page.submitForm(login, form)
    show()
  })
  // Ignores the repeats of a held key, which would send a refused entry again.
  form.addEventListener("keydown", (event) => event.repeat && event.key === "Enter" && event.preventDefault())
  form.addEventListener("input", (event) => {
    const input = event.target as HTMLInputElement
    const { step, busy } = login.getState()
    if (input.name === "number") page.chooseCountry(input)
    if (input.name === "provider" && !busy) login.restart(input.value as Provider)
    if (step.kind === "code" && page.tidyCode(input, event, page.getCodeLength(step.checkpoint))) form.requestSubmit()
  })
  // The second half of a double click was meant for the button's previous action.
  submit.addEventListener("click", (event) => event.detail > 1 && event.preventDefault())
  find(".ai-approve").addEventListener("click", login.approveInApp)
  find(".ai-switch").addEventListener("click", (event) => event.detail > 1 || login.switchMethod())
  find(".ai-cancel").addEventListener("click", login.cancel)
  const timer = setInterval(show, 250)
  const ends = [login.subscribe(show), login.start(), () => clearInterval(timer)]
  show()
  return () => void ends.map((end) => end())
}
