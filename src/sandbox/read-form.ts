import { readText } from "./read-text.ts"

/**
 * Reads what a browser sends for a form.
 * @throws ApiError 400 `errors/invalid_request` or `errors/content_too_large`.
 */
export const readForm = async (request: Request): Promise<URLSearchParams> =>
  new URLSearchParams(await readText(request, "application/x-www-form-urlencoded"))
