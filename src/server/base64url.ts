import { base64url } from "jose"

/** Writes bytes, or a text as UTF-8, as base64url. */
export const encode = (value: ArrayBuffer | string): string =>
  base64url.encode(typeof value === "string" ? value : new Uint8Array(value))

/** Reads base64url, or gives `undefined`; of the spellings that decoders take for the same bytes it takes one. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const decoded = base64url.decode(text)
    return base64url.encode(decoded) === text ? new Uint8Array(decoded) : undefined
  } catch {
    return undefined
  }
}
