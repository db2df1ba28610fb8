import { createHash, randomBytes, randomInt } from "node:crypto"
import { gzipSync } from "node:zlib"

/** A word of letters and digits that occurs in no other text. */
const word = () => randomBytes(12).toString("hex")

const digits = (count: number) => Array.from({ length: count }, () => randomInt(1, 10)).join("")

const bytes = (text: string) => Buffer.from(text)
const each = (text: string, spell: (char: string) => string, between = "") => [...text].map(spell).join(between)
const point = (char: string) => char.codePointAt(0) ?? 0

/** The encodings in which a server could repeat its request. */
export const encodings: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  "as JSON": (text) => JSON.stringify(text),
  "as JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)),
  "in a URL": encodeURIComponent,
  "in a URL, twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "in a form": (text) => new URLSearchParams([["", text]]).toString().slice(1),
  "in a URL, byte by byte": (text) => bytes(text).toString("hex").replace(/../g, "%$&"),
  "in base64": (text) => bytes(text).toString("base64"),
  "in base64url": (text) => bytes(text).toString("base64url"),
  "in base64, one byte on": (text) => bytes(` ${text}`).toString("base64").slice(2),
  "in base64, two bytes on": (text) => bytes(`  ${text}`).toString("base64").slice(4),
  "in base64, twice": (text) => bytes(bytes(text).toString("base64")).toString("base64"),
  "in base64 of UTF-16": (text) => Buffer.from(text, "utf16le").toString("base64"),
  "in base64 of gzip": (text) => gzipSync(text).toString("base64"),
  "as basic credentials": (text) => bytes(`ada:${text}`).toString("base64"),
  "in hex": (text) => bytes(text).toString("hex"),
  "in hex, in capitals": (text) => bytes(text).toString("hex").toUpperCase(),
  "in hex, by bytes": (text) => bytes(text).toString("hex").replace(/../g, "$& ").trim(),
  "in HTML": (text) => each(text, (char) => (/["&<>']/.test(char) ? `&#${point(char)};` : char)),
  "in HTML, by number": (text) => each(text, (char) => `&#${point(char)};`),
  "in HTML, in hex": (text) => each(text, (char) => `&#x${point(char).toString(16)};`),
  "in escapes": (text) => each(text, (char) => `\\u${point(char).toString(16).padStart(4, "0")}`),
  "in escapes of bytes": (text) => bytes(text).toString("hex").replace(/../g, "\\x$&"),
  "as numbers": (text) => each(text, (char) => String(point(char)), ","),
  "in binary": (text) => each(text, (char) => point(char).toString(2).padStart(8, "0")),
  "in octal": (text) => each(text, (char) => `\\${point(char).toString(8)}`),
  "in quoted-printable": (text) => bytes(text).toString("hex").toUpperCase().replace(/../g, "=$&"),
  backwards: (text) => [...text].reverse().join(""),
  "in capitals": (text) => text.toUpperCase(),
  "in small letters": (text) => text.toLowerCase(),
  "in rot13": (text) =>
    text.replace(/[a-z]/gi, (char) => {
      const base = char <= "Z" ? 65 : 97
      return String.fromCharCode(((point(char) - base + 13) % 26) + base)
    }),
  "in full width": (text) =>
    each(text, (char) => (/[!-~]/.test(char) ? String.fromCodePoint(point(char) + 0xfee0) : char)),
  decomposed: (text) => `${text}é`.normalize("NFD"),
  "in pairs": (text) => text.replace(/../g, "$& ").trim(),
  "in threes": (text) => text.replace(/.../g, "$&-"),
  "letter by letter": (text) => [...text].join("."),
  "with invisible marks": (text) => [...text].join("\u200b"),
  "with a part hidden": (text) => `${text.slice(0, 3)}***${text.slice(-12)}`,
  "as a hash": (text) => createHash("sha256").update(text).digest("hex"),
}

/** One unmistakable secret of each kind, and a search for them in every encoding. */
export class Canaries {
  readonly #words = {
    password: word(),
    code: digits(15),
    phone: digits(14),
    sessionId: word(),
    sessionToken: word(),
    apiKey: word(),
  }

  // The text around a word makes its escaped forms differ from the plain one.
  readonly credentials = { username: "ada", password: `"${this.#words.password}" \\ü/&+%<'` }
  readonly code = this.#words.code
  readonly phone = { countryCode: "33", number: `0${this.#words.phone}` }
  readonly sessionId = `"${this.#words.sessionId}\\`
  readonly sessionToken = `"${this.#words.sessionToken}\\/+%`
  readonly apiKey = `"${this.#words.apiKey}\\/+%`

  readonly #names = new Map<string, string>()
  readonly #starts = new Set<string>()
  readonly #needles: RegExp

  constructor() {
    for (const [name, text] of Object.entries(this.#words)) {
      for (const [encoding, encode] of Object.entries(encodings)) {
        // The ends of an encoded text depend on the text around it.
        const form = encode(text)
        const start = encoding.includes("gzip") ? 16 : encoding.includes("basic") ? 6 : 1
        const needle = encoding === "as it is" ? form : form.slice(start, form.length < 20 ? -2 : -4)
        if (needle.length < 11) throw new Error(`Too short to be searched for: ${encoding}`)
        for (const offset of [0, 1, 2, 3]) this.#starts.add(needle.slice(offset, offset + 8))
        this.#names.set(needle, name)
      }
    }
    const longestFirst = [...this.#names.keys()].sort((one, other) => other.length - one.length)
    this.#needles = new RegExp(
      longestFirst.map((needle) => needle.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"),
      "g",
    )
  }

  /** Every secret in every encoding, as a server could repeat them in one text. */
  get everything(): string {
    const { credentials, code, phone, apiKey, sessionToken } = this
    const texts = [...Object.values(this.#words), credentials.password, code, phone.number, apiKey, sessionToken]
    return texts.flatMap((text) => Object.values(encodings).map((encode) => encode(text))).join(" ")
  }

  /** The names of the secrets in a text. */
  find(text: string): string[] {
    const found = new Set<string>()
    // A text with a needle has one of its beginnings at a multiple of four. Most texts have none, and end here.
    let at = 0
    while (at < text.length && !this.#starts.has(text.slice(at, at + 8))) at += 4
    if (at >= text.length) return []
    for (const [needle] of text.matchAll(this.#needles)) found.add(this.#names.get(needle) ?? needle)
    return [...found]
  }
}
