import { baseUrl } from "../http/base-url.ts"

/**
 * Gives the base URL of the API, by default that of postpress.
 * @throws AuthIntentError `invalid_base_url`.
 */
export const apiUrl = (text = "https://api.postpress.ai/v1"): string => baseUrl(text)
