const fields = "input:not([type=radio], [type=hidden])"

/**
 * Moves the focus to where the work is: to the first empty field, to the last one where all are filled in, or to the title
 * where there is none. A focus that the person has elsewhere on the page stays there.
 * @param root - The element of the form, whose title has `tabindex="-1"`.
 */
export function moveFocus(root: HTMLElement): void {
  const { activeElement, body } = root.ownerDocument
  if (activeElement !== null && activeElement !== body && !root.contains(activeElement)) return
  const all = [...root.querySelectorAll<HTMLInputElement>(fields)]
  const field = all.find(({ value }) => value === "") ?? all.at(-1)
  const title = root.querySelector<HTMLElement>("[tabindex='-1']")
  field?.select()
  // The browser's own scrolling may leave the title and the time outside the window.
  ;(field ?? title)?.focus({ preventScroll: true })
  title?.scrollIntoView({ block: "nearest" })
  field?.scrollIntoView({ block: "nearest" })
}
