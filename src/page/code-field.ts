import type { Checkpoint } from "../../machines/auth-intent.types.ts"
import { normalizeCode } from "../transports/normalize.ts"

/**
 * Returns how many digits a code has, where that is known: one that was just sent has six. Others may be backup codes.
 */
export function getCodeLength({ type, hint }: Pick<Checkpoint, "type" | "hint">): number | undefined {
  return type === "OTP" || (type === "2FA" && hint === "SMS") ? 6 : undefined
}

/**
 * Tidies a code field as it is typed or pasted: of a pasted text it keeps the code, digits are shown in groups, and the
 * caret stays where it is. A code with letters stays as it is, as does what an input method composes, and a field of a
 * type that has no caret.
 * @returns Whether a code of the given length is complete now, by what was just entered.
 */
export function tidyCode(input: HTMLInputElement, event: Event, length?: number): boolean {
  const { inputType: how = "", data, isComposing } = event as Partial<InputEvent>
  if (isComposing || input.selectionEnd === null) return false
  // Keyboards of phones insert a whole code as if it were typed.
  const isTyped = how.startsWith("delete") || (how === "insertText" && data?.length === 1)
  const entered = isTyped ? undefined : normalizeCode(input.value)
  if (entered !== undefined && /^\d+$/.test(entered)) {
    input.value = entered
    input.setSelectionRange(entered.length, entered.length)
  }
  const { value, selectionEnd } = input
  if (!/^[\d\s]+$/.test(value)) return false
  const digits = value.replace(/\s/g, "")
  const size = digits.length > 6 ? 4 : 3
  const group = (text: string) => text.replace(new RegExp(`\\d{${size}}(?=\\d)`, "g"), "$& ")
  const caret = group(value.slice(0, selectionEnd ?? value.length).replace(/\s/g, "")).length
  input.value = group(digits)
  input.setSelectionRange(caret, caret)
  return digits.length === length && !how.startsWith("delete")
}
