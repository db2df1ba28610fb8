import { sign, verify } from "./signature.ts"

const signed = "auth-intent account status"

/**
 * Gives the `key` of the status webhook's URL, `…?key=…`: who knows it can report a status, and nothing else.
 * Assumed, as it is not documented how the API authenticates that webhook: by a secret in its URL.
 */
export const getStatusKey = (secret: string): Promise<string> => sign(secret, signed)

export const isStatusKey = (key: string, secret: string): Promise<boolean> => verify(secret, signed, key)
