/**
 * Chooses the country of a number that begins with `+` or `00`, in the `select` of country codes that is named `countryCode`
 * in the same form. Of options that share a code that is the one with `data-largest`, or the first.
 */
export function chooseCountry({ value, form }: HTMLInputElement): void {
  const digits = /^\s*(?:\+|00)([\d\s().-]+)/.exec(value)?.[1]?.replace(/\D/g, "")
  const field = form?.elements.namedItem("countryCode")
  if (digits === undefined || !(field instanceof HTMLSelectElement) || isCodeOf(digits, field.value)) return
  const options = [...field.options].filter((option) => isCodeOf(digits, option.value))
  const chosen = options.find(({ dataset }) => "largest" in dataset) ?? options[0]
  if (chosen === undefined) return
  field.selectedIndex = chosen.index
  field.dispatchEvent(new Event("change", { bubbles: true }))
}

const isCodeOf = (digits: string, code: string) => code !== "" && digits.startsWith(code)
