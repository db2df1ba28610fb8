type Body = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | null

/** Iterates over a body: web streams have no iterator in some runtimes, Node's streams have no reader. */
async function* chunks(body: NonNullable<Body>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!("getReader" in body)) return yield* body
  const reader = body.getReader()
  signal?.addEventListener("abort", () => reader.cancel().catch(() => {}))
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    reader.cancel().catch(() => {})
  }
}

interface ReadOptions {
  /** Aborted when the rest of a web stream is no longer waited for: what has come by then is returned. */
  signal?: AbortSignal
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
  { signal, onTooLong }: ReadOptions = {},
): Promise<string | undefined> {
  // Where fetch has no streams (React Native, some stubs) the text is all there is.
  if (!message.body) {
    const text = await message.text()
    return text.length > maxBytes ? undefined : text
  }
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let text = ""
  let size = 0
  for await (const chunk of chunks(message.body, signal)) {
    size += chunk.byteLength
    if (size > maxBytes) {
      onTooLong?.()
      return undefined
    }
    const part = decode(decoder, chunk)
    if (part === undefined) return undefined
    text += part
  }
  const end = decode(decoder)
  return end === undefined ? undefined : text + end
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string | undefined {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch {
    return undefined
  }
}
