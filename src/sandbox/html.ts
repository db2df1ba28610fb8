/** Markup that may stand in a page as it is. */
export interface Html {
  readonly markup: string
}

type Part = string | number | Html | readonly Html[] | undefined

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

const isList = (part: Part): part is readonly Html[] => Array.isArray(part)

function write(part: Part): string {
  if (part === undefined) return ""
  if (isList(part)) return part.map(write).join("")
  return typeof part === "object" ? part.markup : String(part).replace(/[&<>"']/g, (mark) => entities[mark] ?? "")
}

/** Builds markup in which every text that is put in is only a text; attributes need their quotes. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html => ({
  markup: String.raw({ raw: texts }, ...parts.map(write)),
})
