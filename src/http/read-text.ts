import { attempt } from "../attempt.ts"

type Body = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | null

/** Reads the next part of a body, or cancels the rest. The reader of a web stream has this type. */
interface Reader {
  read(): Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined }>
  cancel(): Promise<unknown>
}

/** Returns the reader of a stream: web streams have no iterator in some runtimes, Node's streams have no reader. */
function readerOf(body: unknown): Reader | undefined {
  const stream = Object(body)
  if (stream.getReader) return stream.getReader()
  const iterator = stream[Symbol.asyncIterator]?.()
  return iterator && { read: () => iterator.next(), cancel: () => iterator.return?.() }
}

interface ReadOptions {
  /** Ends the wait for the rest of a web stream: the part that has arrived is returned. */
  signal: AbortSignal
  /** Called when the body is longer than `maxBytes`. */
  onTooLong?: () => void
}

/**
 * Reads a body as text, or returns `undefined` where it is longer than `maxBytes` or is no UTF-8.
 * A body that is too long is not read to its end.
 */
export async function readText(
  message: { body?: Body; text(): Promise<string> },
  maxBytes: number,
  { signal, onTooLong }: ReadOptions,
): Promise<string | undefined> {
  const reader = readerOf(message.body)
  // A fetch without streams (React Native, some stubs) has only the text.
  if (!reader) {
    const text = await message.text()
    return text.length > maxBytes ? undefined : text
  }
  const cancel = () => attempt(() => reader.cancel().catch(() => {}))
  signal.addEventListener("abort", cancel)
  if (signal.aborted) cancel()
  const parts: Uint8Array[] = []
  let size = 0
  for (let { value } = await reader.read(); value; { value } = await reader.read()) {
    parts.push(value)
    size += value.byteLength
    if (size > maxBytes) {
      cancel()
      onTooLong?.()
      return undefined
    }
  }
  // At once: Node is slow to build a decoder of parts. If a polyfill refuses `fatal`, no body can be read.
  return attempt(() => {
    const bytes = new Uint8Array(size)
    size = 0
    for (const part of parts) {
      bytes.set(part, size)
      size += part.byteLength
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  })
}

/** Reads strict JSON. Returns `undefined` where the text is not JSON. */
export const readJson = (text: string | undefined): unknown => attempt(() => JSON.parse(text ?? ""))
