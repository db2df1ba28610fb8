/** The most that an answer may take, in bytes. */
const most = 1024 * 1024

/** Web streams iterate in some runtimes only; Node's streams have no reader. */
async function* chunks(body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!("getReader" in body)) return yield* body
  const reader = body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** Reads a body as text, or gives `undefined` where it is longer than 1 MiB. */
export async function readCapped(response: Response): Promise<string | undefined> {
  // Where fetch has no streams (React Native, some stubs) the text is all there is.
  if (!response.body) {
    const text = await response.text()
    return text.length > most ? undefined : text
  }
  const decoder = new TextDecoder()
  let text = ""
  let size = 0
  for await (const chunk of chunks(response.body)) {
    size += chunk.byteLength
    if (size > most) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
