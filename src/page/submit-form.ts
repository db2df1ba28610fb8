import type { PageIntent } from "./page-intent.types.ts"

/**
 * Sends what the step of a login wants, from the fields of a form by their names: `username` and `password` (or those of the
 * transport's own credentials), `code`, `countryCode` and `number`; a form without fields reports the approval, and
 * at the end begins a new intent. While a request is in flight it sends nothing.
 * @returns The name of the first required field that is empty, to be marked; what is refused is a failure of the step.
 * @example
 * form.addEventListener("submit", (event) => {
 *   event.preventDefault()
 *   submitForm(login, form)
 * })
 */
export function submitForm<Credentials>(login: PageIntent<Credentials>, form: HTMLFormElement): string | undefined {
  const { step, busy } = login.getState()
  if (busy) return undefined
  const fields = [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input[required], select[required]")]
  const empty = fields.find(({ value }) => value.trim() === "")?.name
  const entered = Object.fromEntries(new FormData(form)) as Record<string, string>
  const { code = "", countryCode = "", number = "" } = entered
  if (step.kind === "code") login.submitCode(code)
  else if (step.kind === "phone") login.submitPhone({ countryCode, number })
  else if (step.kind === "approval") login.approveInApp()
  else if (step.kind === "done") login.restart()
  // The transport checks its credentials itself: the fields bear their names.
  else login.submitCredentials(entered as Credentials)
  return empty
}
