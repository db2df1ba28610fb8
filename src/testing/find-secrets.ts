import { attempt } from "../attempt.ts"

/** Returns the secrets that a text contains: plain, encoded for a URL or a form, or in base64. */
export function findSecrets(text: string, secrets: readonly string[]): string[] {
  const texts = [text, decode(text), decode(text.replaceAll("+", " "))]
  return secrets.filter((secret) =>
    [secret, ...inBase64(secret)].some((form) => texts.some((each) => each.includes(form))),
  )
}

/** Decodes percent-encoding part by part: one invalid part does not keep the rest from being decoded. */
const decode = (text: string) =>
  text.replace(/(%[\da-f]{2})+/gi, (part) => attempt(() => decodeURIComponent(part)) ?? part)

/** Returns the base64 of a text within another text, for each of the three offsets at which it may begin. */
const inBase64 = (text: string): string[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = String.fromCharCode(...new TextEncoder().encode("_".repeat(before) + text))
    const part = btoa(bytes).slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3))
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")]
  })
