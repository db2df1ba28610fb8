/** A response of the API, or of what stands in for it, read. */
export interface Reply {
  status: number
  headers: Headers
  text: string
  /** Without a text it has no parts. */
  body: Record<string, unknown>
  /** `201`, `202 2FA` or `401 errors/…`. */
  short: string
}

export async function readReply(response: Response): Promise<Reply> {
  const { status, headers } = response
  const text = await response.text()
  const body = text === "" ? {} : JSON.parse(text)
  return { status, headers, text, body, short: [status, body.checkpoint?.type ?? body.type].join(" ").trim() }
}
