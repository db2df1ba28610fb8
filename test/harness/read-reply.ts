/** A parsed response of the API or its substitute. */
export interface Reply {
  status: number
  headers: Headers
  text: string
  /** Empty if the response has no text. */
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
