import { readJson } from "../http/read-text.ts"
import { read } from "../values.schema.ts"
import { ApiError } from "./api-error.ts"

/** The longest body that is read, in bytes. */
const maxBytes = 64 * 1024

const invalid = (detail: string) => new ApiError(400, "errors/invalid_request", detail)

/** @throws ApiError 400 `errors/invalid_request` or `errors/content_too_large`. */
async function receiveText(request: Request, type: string): Promise<string> {
  const [given = ""] = (request.headers.get("content-type") ?? "").split(";")
  if (given.trim().toLowerCase() !== type) throw invalid(`The content type is not ${type}.`)
  const tooLarge = new ApiError(400, "errors/content_too_large", "The body is longer than 64 KiB.")
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge
  // Even a too long body is read to its end: a client that is still sending would miss the response.
  const bytes = await request.arrayBuffer().catch(() => {
    throw invalid("The body breaks off.")
  })
  if (bytes.byteLength > maxBytes) throw tooLarge
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    throw invalid("The body is not UTF-8.")
  }
}

/** @throws ApiError 400 `errors/invalid_request` or `errors/content_too_large`, also for what is no JSON object. */
export async function parseBody(request: Request): Promise<object> {
  const body = readJson(await receiveText(request, "application/json"))
  if (body === undefined) throw invalid("The body is not JSON.")
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("The body is not a JSON object.")
  return body
}

/** @throws ApiError 400 `errors/invalid_request` or `errors/content_too_large`. */
export const parseForm = async (request: Request): Promise<URLSearchParams> =>
  new URLSearchParams(await receiveText(request, "application/x-www-form-urlencoded"))

type AnySchema = Parameters<typeof read>[0]

/**
 * Returns the fields of a body as the schema has them.
 * @throws ApiError 400 `errors/missing_parameters` or `errors/invalid_parameters`, with the names of the fields.
 */
export function parseFields<Fields extends AnySchema & { entries: Record<string, AnySchema> }>(
  schema: Fields,
  body: object,
) {
  const fields = read(schema, body)
  if (fields !== undefined) return fields

  const given = new Map(Object.entries(body))
  const entries = Object.entries(schema.entries)
  const list = (wrong: typeof entries) => wrong.map(([name]) => name).join(", ")
  const missing = entries.filter(([name, { type }]) => type !== "optional" && !given.has(name))
  if (missing.length > 0) {
    throw new ApiError(400, "errors/missing_parameters", `These parameters are missing: ${list(missing)}.`)
  }
  const wrong = entries.filter(([name, field]) => given.has(name) && read(field, given.get(name)) === undefined)
  throw new ApiError(400, "errors/invalid_parameters", `These parameters are not valid: ${list(wrong)}.`)
}
