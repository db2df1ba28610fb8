import { Refusal } from "./refusal.ts"

/** The most that a body may take, in bytes. */
const most = 16 * 1024

/** How long a body may take to arrive, in ms. */
const patience = 10_000

const tooLarge = () => new Refusal(413, "errors/content_too_large", "Content too large")

const malformed = () => new Refusal(400, "errors/malformed_request", "The body is not JSON")

async function readBytes(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = body.getReader()
  let late = false
  const timer = setTimeout(() => {
    late = true
    reader.cancel().catch(() => {})
  }, patience)
  // A body that breaks off is no failure of ours.
  const next = () =>
    reader.read().catch(() => {
      throw malformed()
    })
  const whole = new Uint8Array(most)
  let size = 0
  try {
    for (let chunk = await next(); !chunk.done; chunk = await next()) {
      if (size + chunk.value.byteLength > most) throw tooLarge()
      whole.set(chunk.value, size)
      size += chunk.value.byteLength
    }
  } finally {
    clearTimeout(timer)
    reader.cancel().catch(() => {})
  }
  if (late) throw new Refusal(408, "errors/request_timeout", "The body did not arrive in time")
  return whole.subarray(0, size)
}

/**
 * Reads a body of at most 16 KiB as the JSON that `parse` takes.
 * @throws Refusal that says nothing of what the body was.
 */
export async function readJson<Body>(request: Request, parse: (json: unknown) => Body | undefined): Promise<Body> {
  if (Number(request.headers.get("content-length")) > most) throw tooLarge()
  const bytes = request.body ? await readBytes(request.body) : new Uint8Array()
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    throw malformed()
  }
  const body = parse(json)
  if (body === undefined) throw new Refusal(400, "errors/invalid_parameters", "Invalid parameters")
  return body
}
