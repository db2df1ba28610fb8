import { ApiError } from "./api-error.ts"

/** The most that a request may carry, in bytes. */
const most = 64 * 1024

const refusal = (detail: string) => new ApiError(400, "errors/invalid_request", detail)

const tooLarge = () => new ApiError(400, "errors/content_too_large", "The body is longer than 64 KiB.")

async function readText(request: Request): Promise<string> {
  // Whoever says so beforehand need not be read at all.
  if (Number(request.headers.get("content-length")) > most) throw tooLarge()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  // What is too much is read to its end and dropped: a client that is still sending would miss the answer.
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size <= most) chunks.push(chunk)
    }
  } catch {
    throw refusal("The body breaks off.")
  }
  if (size > most) throw tooLarge()
  return new Blob(chunks).text()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal("The body is not JSON.")
  }
}

/**
 * Reads a body that is a JSON object.
 * @throws ApiError 400 `errors/invalid_request` or `errors/content_too_large`.
 */
export async function readBody(request: Request): Promise<object> {
  if (!/^application\/json *(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw refusal("The content type is not application/json.")
  }
  const body = parse(await readText(request))
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw refusal("The body is not a JSON object.")
  return body
}
