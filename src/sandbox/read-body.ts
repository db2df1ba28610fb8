import { ApiError } from "./api-error.ts"
import { readText } from "./read-text.ts"

const refusal = (detail: string) => new ApiError(400, "errors/invalid_request", detail)

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
  const body = parse(await readText(request, "application/json"))
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw refusal("The body is not a JSON object.")
  return body
}
