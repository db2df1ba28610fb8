import { attempt } from "../attempt.ts"

/** Returns those secrets that can be read in a text: as they are, as a URL or a form writes them, or in base64. */
export function findSecrets(text: string, secrets: readonly string[]): string[] {
  const texts = [text, decode(text), decode(text.replaceAll("+", " "))]
  return secrets.filter((secret) =>
    [secret, ...inBase64(secret)].some((form) => texts.some((each) => each.includes(form))),
  )
}

/** Decodes what is percent-encoded, part by part: what is not need not keep the rest from being read. */
const decode = (text: string) =>
  text.replace(/(%[\da-f]{2})+/gi, (part) => attempt(() => decodeURIComponent(part)) ?? part)

/** Returns what base64 makes of a text in the middle of another one, at each of the three places that it may begin. */
const inBase64 = (text: string): string[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = String.fromCharCode(...new TextEncoder().encode("_".repeat(before) + text))
    const part = btoa(bytes).slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3))
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")]
  })
