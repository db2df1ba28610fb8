import { ApiError } from "./api-error.ts"

/** The most that a request may carry, in bytes. */
const most = 64 * 1024

const tooLarge = () => new ApiError(400, "errors/content_too_large", "The body is longer than 64 KiB.")

/**
 * Reads a body of one content type.
 * @throws ApiError 400 `errors/invalid_request` or `errors/content_too_large`.
 */
export async function readText(request: Request, type: string): Promise<string> {
  const [given = ""] = (request.headers.get("content-type") ?? "").split(";")
  if (given.trim().toLowerCase() !== type) {
    throw new ApiError(400, "errors/invalid_request", `The content type is not ${type}.`)
  }
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
    throw new ApiError(400, "errors/invalid_request", "The body breaks off.")
  }
  if (size > most) throw tooLarge()
  return new Blob(chunks).text()
}
