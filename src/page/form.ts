import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import { normalizeCode, unify } from "../transports/normalize.ts"
import type { PageIntent } from "./page-intent.types.ts"

/**
 * Sends what a login's step requires, from the fields of a form by their names: `username` and `password` (or the
 * fields of the transport's own credentials), `code`, `countryCode` and `number`. A form without fields requests the
 * approval, and at the end begins a new intent. While a request is in flight nothing is sent.
 * @returns The name of the first required field that is empty, to be marked. A refused entry is a failure of the step.
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
  // A form may have a field for the provider, which is no credential.
  const { provider, ...entered } = Object.fromEntries(new FormData(form)) as Record<string, string>
  const { code = "", countryCode = "", number = "" } = entered
  if (step.kind === "code") login.submitCode(code)
  else if (step.kind === "phone") login.submitPhone({ countryCode, number })
  else if (step.kind === "approval") login.approveInApp()
  else if (step.kind === "done") login.restart()
  // The transport checks its credentials itself; the fields have their names.
  else login.submitCredentials(entered as Credentials)
  return empty
}

/**
 * Moves the focus to the first empty field, to the last field if all are filled in, or to the title if there is no
 * field. A focus elsewhere on the page stays there.
 * @param root - The element of the form, whose title has `tabindex="-1"`.
 * @example
 * if (view.place !== shownPlace) moveFocus(root)
 */
export function moveFocus(root: HTMLElement): void {
  const { ownerDocument } = root
  const { defaultView: view } = ownerDocument
  // A person may be typing outside a frame, which its document cannot see. In a background window the focus stays, too.
  if (view !== view?.parent && !ownerDocument.hasFocus()) return
  // For a focus in a shadow root, the document reports only the host.
  const { activeElement } = root.getRootNode() as Document | ShadowRoot
  const focused = activeElement ?? ownerDocument.activeElement
  // A click beside the fields moves the focus to their container: the page, or a dialog.
  const { host = root } = root.getRootNode() as ShadowRoot
  if (focused && !root.contains(focused) && !focused.contains(host) && focused !== ownerDocument.body) return
  // A host may have fields of its own beside the form: another way to connect.
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
 * Returns how many digits a code has, if known. A code that was just sent has six; other codes may be backup codes.
 * @example
 * getCodeLength({ type: "OTP" }) // 6
 */
export function getCodeLength({ type, hint }: Pick<Checkpoint, "type" | "hint">): number | undefined {
  return type === "OTP" || (type === "2FA" && hint === "SMS") ? 6 : undefined
}

/**
 * Tidies a code field during typing and pasting: it keeps only the code of a pasted text. A code with letters, the
 * composed text of an input method and a field type without a caret stay as they are.
 * @returns Whether the last entry completed a code of the given length.
 * @example
 * input.oninput = (event) => tidyCode(input, event, 6) && input.form?.requestSubmit()
 */
export function tidyCode(input: HTMLInputElement, event: Event, length?: number): boolean {
  const { inputType: how = "", data, isComposing } = event as Partial<InputEvent>
  // A deletion or an undo leaves an earlier code behind, perhaps the refused one.
  if (isComposing || input.selectionEnd === null || /^(delete|history)/.test(how)) return false
  const code = normalizeCode(input.value) ?? ""
  if (!/^\d+$/.test(code)) return false
  // Keyboards of phones insert a whole code as if it were typed.
  if (how !== "insertText" || data?.length !== 1) input.value = code
  return code.length === length
}

/**
 * Chooses the country of a number that begins with `+` or `00`, in the `select` named `countryCode` of the same form.
 * If options share a code, the option with `data-largest` is chosen, or else the first.
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
