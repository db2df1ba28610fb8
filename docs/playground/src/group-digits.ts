/** Shows a code in groups as it is typed or pasted, and keeps the caret where it is; one with letters stays as it is. */
export function groupDigits(input: HTMLInputElement): void {
  const { value, selectionEnd } = input
  if (!/^[\d\s]+$/.test(value)) return
  const digits = value.replace(/\s/g, "")
  const size = digits.length > 6 ? 4 : 3
  const group = (text: string) => text.replace(new RegExp(`\\d{${size}}(?=\\d)`, "g"), "$& ")
  const caret = group(value.slice(0, selectionEnd ?? value.length).replace(/\s/g, "")).length
  input.value = group(digits)
  input.setSelectionRange(caret, caret)
}
