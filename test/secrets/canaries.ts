import { randomBytes, randomInt } from "node:crypto"

/** A letter-and-digit string that escaping, quoting and URL encoding leave as it is. */
const word = () => randomBytes(12).toString("hex")

const digits = (count: number) => Array.from({ length: count }, () => randomInt(1, 10)).join("")

/** The three ways that base64 can spell a text, by where in the encoded bytes it starts. */
const base64 = (text: string) =>
  [0, 1, 2].map((shift) =>
    Buffer.from(" ".repeat(shift) + text)
      .toString("base64")
      .slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + text.length) * 8) / 6)),
  )

/** One unmistakable secret of each kind, and a search for them. */
export class Canaries {
  readonly #words = {
    password: word(),
    code: digits(15),
    phone: digits(14),
    sessionId: word(),
    sessionToken: word(),
    apiKey: word(),
  }

  // What is around a word makes its escaped forms differ from the plain one.
  readonly credentials = { username: "ada", password: `"${this.#words.password}" \\ü/&+%` }
  readonly code = this.#words.code
  readonly phone = { countryCode: "33", number: `0${this.#words.phone}` }
  readonly sessionId = `"${this.#words.sessionId}\\`
  readonly sessionToken = `"${this.#words.sessionToken}\\/+%`
  readonly apiKey = `"${this.#words.apiKey}\\/+%`

  /** What to look for: the words themselves, whatever is around them, and what base64 makes of them. */
  readonly #needles = Object.entries(this.#words).map(([name, word]) => ({ name, word, encoded: base64(word) }))

  /** The names of those that a text holds: plain, escaped, URL-encoded, in base64, in other case or grouped by spaces. */
  find(text: string): string[] {
    const plain = text.toLowerCase()
    const ungrouped = plain.replace(/[\s().-]/g, "")
    return this.#needles
      .filter(
        ({ word, encoded }) =>
          plain.includes(word) || ungrouped.includes(word) || encoded.some((form) => text.includes(form)),
      )
      .map(({ name }) => name)
  }
}
