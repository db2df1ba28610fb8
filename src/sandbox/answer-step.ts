import { answerPage } from "./answer-page.ts"
import { approval, type CheckpointType, checkpoints } from "./checkpoints.ts"
import { type Html, html } from "./html.ts"
import { providerNames } from "./provider-names.ts"
import type { HostedLink } from "./sandbox-state.ts"

const field = (label: string, name: string, type: string, autocomplete: string) =>
  html`<label>${label} <input name="${name}" type="${type}" autocomplete="${autocomplete}" required></label>\n`

/** A button that needs no field filled in. */
const action = (label: string, value: string) =>
  html`<button name="action" value="${value}" formnovalidate>${label}</button>\n`

const submit = (label = "Continue") => html`<button name="action" value="continue">${label}</button>\n`

const code = html`${field("Code", "code", "text", "one-time-code")}${submit()}`

/** What is asked for at a checkpoint. */
const demands: Record<CheckpointType, { title: string; says: string; fields: Html }> = {
  "2FA": { title: "Enter your two-factor code", says: "In this sandbox it is 123456.", fields: code },
  OTP: { title: "Enter the code that was sent to you", says: "In this sandbox it is 123456.", fields: code },
  IN_APP_VALIDATION: {
    title: "Approve the login",
    says: "Open the app on your phone and say that it is you.",
    fields: html`<input type="hidden" name="code" value="${approval}">\n${submit("I have approved it")}`,
  },
  PHONE_REGISTER: {
    title: "Enter your phone number",
    says: "In this sandbox any number will do.",
    fields: html`${field("Country code", "country", "tel", "tel-country-code")}${field("Phone number", "number", "tel", "tel-national")}${submit()}`,
  },
  CAPTCHA: { title: "Show that you are a person", says: "In this sandbox the code is 123456.", fields: code },
}

function describeStep({ providers, provider, intent }: HostedLink): { title: string; says: string; fields: Html } {
  if (provider === undefined) {
    const buttons = providers.map(
      (name) => html`<button name="provider" value="${name}">${providerNames[name]}</button>\n`,
    )
    return {
      title: "Choose what to connect",
      says: "This is a sandbox: it connects no real account.",
      fields: html`${buttons}`,
    }
  }
  const [type] = intent?.left ?? []
  if (type === undefined) {
    const fields = [
      field("Username", "username", "text", "username"),
      field("Password", "password", "password", "current-password"),
      submit(),
      ...(providers.length > 1 ? [action("Choose another", "back")] : []),
    ]
    const says = "In this sandbox the username chooses what happens, say ok, 2fa or in-app; any password will do."
    return { title: `Sign in to ${providerNames[provider]}`, says, fields: html`${fields}` }
  }
  const { title, says, fields } = demands[type]
  const another = checkpoints[type].otherWay ? action("Try another way", "another way") : undefined
  return { title, says, fields: html`${fields}${another}` }
}

/** Answers with the page of the step that the person is at. */
export function answerStep(link: HostedLink): Response {
  const { title, says, fields } = describeStep(link)
  const problem = link.problem === undefined ? undefined : html`<p role="alert">${link.problem}</p>\n`
  const content = html`${problem}<p>${says}</p>
<form method="post">
<input type="hidden" name="step" value="${link.step}">
${fields}${action("Cancel", "cancel")}</form>`
  return answerPage(title, content)
}
