import { requirementOf } from "../../machines/checkpoint-kinds.ts"
import { approval, checkpoints } from "./checkpoints.ts"
import { providerNames } from "./hosted-links.ts"
import type { HostedLink } from "./state.ts"
import type { SandboxCheckpoint } from "./usernames.ts"

/** Markup that is written into a page unescaped. */
type Html = { readonly markup: string }

type Part = string | number | Html | Html[] | undefined

function write(part: Part): string {
  if (Array.isArray(part)) return part.map(write).join("")
  if (typeof part === "object") return part.markup
  return String(part ?? "").replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}

/** Builds markup in which every inserted text is escaped; attributes need their quotes. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html => ({
  markup: String.raw({ raw: texts }, ...parts.map(write)),
})

const style = `
:root { color-scheme: light dark; --text: #1c1f24; --quiet: #5b616b; --page: #f3f4f6; --card: #fff; --line: #7d8798; --main: #1d4ed8; --on-main: #fff; --bad: #b42318 }
@media (prefers-color-scheme: dark) { :root { --text: #eceef1; --quiet: #a3aab6; --page: #111318; --card: #1b1e25; --line: #77829a; --main: #8ab0ff; --on-main: #0b1220; --bad: #ff9b90 } }
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 24rem; margin: 8vh auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; text-wrap: balance }
p { margin: 0 0 1.25rem; color: var(--quiet); text-wrap: pretty }
main > :last-child { margin-bottom: 0 }
[role=alert] { margin-block: .75rem; border-inline-start: .25rem solid var(--bad); padding-inline-start: .75rem; color: var(--text) }
form { display: grid; gap: .75rem }
label { display: grid; gap: .25rem; font-weight: 600 }
input, button { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: inherit; font: inherit }
button { cursor: pointer; text-align: start }
button.main { margin-top: .5rem; border-color: var(--main); background: var(--main); color: var(--on-main); font-weight: 600; text-align: center }
button.quiet { border-color: transparent; background: none; color: var(--quiet); text-align: center; text-decoration: underline }
@media (forced-colors: active) { button.main { border-color: Highlight; background: Highlight; color: HighlightText; forced-color-adjust: none; outline-color: Highlight } }
:focus-visible { outline: .1875rem solid var(--main); outline-offset: .125rem }`

const headers = {
  "Content-Type": "text/html; charset=utf-8",
  // Anybody with the link can go on, and another site could steal clicks on a framed page.
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
}

/** Builds a page that loads nothing and has no script. */
export function renderPage(title: string, content: Html, status = 200): Response {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
</head>
<body><main>
<h1>${title}</h1>
${content}
</main></body>
</html>
`
  return new Response(page.markup, { status, headers })
}

const field = (label: string, name: string, type: string, autocomplete: string) =>
  html`<label>${label} <input name="${name}" type="${type}" autocomplete="${autocomplete}" required></label>\n`

const submit = (label = "Continue") => html`<button class="main" name="action" value="continue">${label}</button>\n`

/** A button that leads away from the form, whatever is filled in. */
const action = (label: string, value: string) =>
  html`<button class="quiet" name="action" value="${value}" formnovalidate>${label}</button>\n`

const fields = {
  code: html`${field("Code", "code", "text", "one-time-code")}${submit()}`,
  approval: html`<input type="hidden" name="code" value="${approval}">\n${submit("I have approved it")}`,
  phone: html`${field("Country code", "country", "tel", "tel-country-code")}${field("Phone number", "number", "tel", "tel-national")}${submit()}`,
}

const codeHint = "In this sandbox the code is 123456."

/** The title and the text of each checkpoint. */
const prompts: Readonly<Record<SandboxCheckpoint, { title: string; text: string }>> = {
  "2FA": { title: "Enter your two\u2011factor code", text: codeHint },
  OTP: { title: "Enter the code that was sent to you", text: codeHint },
  IN_APP_VALIDATION: { title: "Approve the login", text: "Open the app on your phone and confirm that it is you." },
  PHONE_REGISTER: {
    title: "Enter your phone number",
    text: "In this sandbox any number of 4 to 15 digits is right, for example 33 and 612345678.",
  },
  CAPTCHA: { title: "Show that you are a person", text: codeHint },
}

function describeStep({ providers, provider, intent }: HostedLink) {
  if (provider === undefined) {
    const form = providers.map(
      (name) => html`<button name="provider" value="${name}">${providerNames[name]}</button>\n`,
    )
    return { title: "Choose what to connect", text: "This sandbox connects no real account.", form: html`${form}` }
  }
  const [type] = intent?.remaining ?? []
  if (type === undefined) {
    const form = [
      field("Username", "username", "text", "username"),
      field("Password", "password", "password", "current-password"),
      submit(),
      ...(providers.length > 1 ? [action("Choose another", "back")] : []),
    ]
    const text =
      "In this sandbox the username chooses what happens, for example ok, 2fa or in-app; any password is right."
    return { title: `Sign in to ${providerNames[provider]}`, text, form: html`${form}` }
  }
  const another = checkpoints[type].otherWay ? action("Try another way", "another way") : undefined
  return { ...prompts[type], form: html`${fields[requirementOf(type)]}${another}` }
}

/** Builds the page of the person's current step. */
export function renderStep(link: HostedLink): Response {
  const { title, text, form } = describeStep(link)
  const problem = link.problem === undefined ? undefined : html`<p role="alert">${link.problem}</p>\n`
  // Each page has an id that only its own browser knows.
  const step = html`<input type="hidden" name="step" value="${link.step}">\n<input type="hidden" name="page" value="${crypto.randomUUID()}">\n`
  return renderPage(
    title,
    html`${problem}<p>${text}</p>\n<form method="post">\n${step}${form}${action("Cancel", "cancel")}</form>`,
  )
}
