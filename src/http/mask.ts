const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
const inAscii = (text: string) =>
  inJson(text).replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
const inUrl = (text: string) => new URLSearchParams({ "": text }).toString().slice(1)

/** Every form in which a text may come back: as it is, in JSON, in JSON within JSON, in a URL's query and path. */
const formsOf = (text: string) => [
  text,
  inJson(text),
  inAscii(text),
  inJson(inJson(text)),
  inUrl(text),
  inUrl(text).replaceAll("+", "%20"),
]

/** A pattern for a text to the letter; digits may come back in groups. */
function patternOf(form: string): string {
  if (/^\d{4,}$/.test(form)) return [...form].join("[\\s().-]*")
  return form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
}

/** A text in which none of the secrets stands in any form. */
export function mask(text: string, secrets: readonly string[]): string {
  // The longest first: one secret may begin like another.
  const forms = secrets
    .flatMap(formsOf)
    .filter(Boolean)
    .sort((one, other) => other.length - one.length)
  const pattern = forms.map(patternOf).join("|")
  return pattern ? text.replace(new RegExp(pattern, "g"), "[secret]") : text
}
