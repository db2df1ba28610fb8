import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import { normalizeCode, unify } from "../transports/normalize.ts"
import type { PageIntent } from "./page-intent.types.ts"

/**
 * Sends what the step of a login wants, from the fields of a form by their names: `username` and `password` (or those of the
 * transport's own credentials), `code`, `countryCode` and `number`; a form without fields requests the approval, and
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
  // The provider, which a form may choose, is no credential.
  const { provider, ...entered } = Object.fromEntries(new FormData(form)) as Record<string, string>
  const { code = "", countryCode = "", number = "" } = entered
  if (step.kind === "code") login.submitCode(code)
  else if (step.kind === "phone") login.submitPhone({ countryCode, number })
  else if (step.kind === "approval") login.approveInApp()
  else if (step.kind === "done") login.restart()
  // The transport checks its credentials itself: the fields bear their names.
  else login.submitCredentials(entered as Credentials)
  return empty
}

/**
 * Moves the focus to where the work is: to the first empty field, to the last one where all are filled in, or to the title
 * where there is none. A focus that the person has elsewhere on the page stays there.
 * @param root - The element of the form, whose title has `tabindex="-1"`.
 * @example
 * if (view.place !== shownPlace) moveFocus(root)
 */
export function moveFocus(root: HTMLElement): void {
  const { ownerDocument } = root
  const { defaultView: view } = ownerDocument
  // Around a frame a person may be typing, which its document cannot see. In a window behind others the focus stays, too.
  if (view !== view?.parent && !ownerDocument.hasFocus()) return
  // In a shadow root the document knows its host alone.
  const { activeElement } = root.getRootNode() as Document | ShadowRoot
  const focused = activeElement ?? ownerDocument.activeElement
  // A click beside the fields gives the focus to what is around them: the page, or a dialog.
  const { host = root } = root.getRootNode() as ShadowRoot
  if (focused && !root.contains(focused) && !focused.contains(host) && focused !== ownerDocument.body) return
  // Beside the form a host may have fields of its own: another way to connect.
  const form = root.querySelector("form") ?? root
  const all = [...form.querySelectorAll<HTMLInputElement>("input:not([type=radio], [type=hidden])")]
  const field = all.find(({ value }) => value === "") ?? all.at(-1)
  const title = root.querySelector<HTMLElement>("[tabindex='-1']")
  field?.select()
  // The browser's own scrolling may leave the title and the time outside the window.
  ;(field ?? title)?.focus({ preventScroll: true })
  // The DOM of a component test, for example jsdom, does not scroll.
  title?.scrollIntoView?.({ block: "nearest" })
  field?.scrollIntoView?.({ block: "nearest" })
}

/**
 * Returns how many digits a code has, where that is known: one that was just sent has six. Others may be backup codes.
 * @example
 * getCodeLength({ type: "OTP" }) // 6
 */
export function getCodeLength({ type, hint }: Pick<Checkpoint, "type" | "hint">): number | undefined {
  return type === "OTP" || (type === "2FA" && hint === "SMS") ? 6 : undefined
}

/**
 * Tidies a code field as it is typed or pasted: of a pasted text it keeps the code. A code with letters stays as it is, as
 * does what an input method composes, and a field of a type that has no caret.
 * @returns Whether a code of the given length is complete now, by what was just entered.
 * @example
 * input.oninput = (event) => tidyCode(input, event, 6) && input.form?.requestSubmit()
 */
export function tidyCode(input: HTMLInputElement, event: Event, length?: number): boolean {
  const { inputType: how = "", data, isComposing } = event as Partial<InputEvent>
  // What was deleted or undone leaves an earlier code behind, which may be the one that was refused.
  if (isComposing || input.selectionEnd === null || /^(delete|history)/.test(how)) return false
  const code = normalizeCode(input.value) ?? ""
  if (!/^\d+$/.test(code)) return false
  // Keyboards of phones insert a whole code as if it were typed.
  if (how !== "insertText" || data?.length !== 1) input.value = code
  return code.length === length
}

/**
 * Chooses the country of a number that begins with `+` or `00`, in the `select` of country codes that is named `countryCode`
 * in the same form. Of options that share a code that is the one with `data-largest`, or the first.
 * @example
 * number.oninput = () => chooseCountry(number)
 */
export function chooseCountry({ value, form }: HTMLInputElement): void {
  const digits = /^[\s(]*(?:\+|00)([\d\s().-]+)/.exec(unify(value))?.[1]?.replace(/\D/g, "")
  const field = form?.querySelector<HTMLSelectElement>("select[name=countryCode]")
  if (digits === undefined || !field || isCodeOf(digits, field.value)) return
  const options = [...field.options].filter((option) => isCodeOf(digits, option.value))
  const chosen = options.find(({ dataset }) => "largest" in dataset) ?? options[0]
  if (chosen === undefined) return
  field.selectedIndex = chosen.index
  field.dispatchEvent(new Event("change", { bubbles: true }))
}

const isCodeOf = (digits: string, code: string) => code !== "" && digits.startsWith(code)
