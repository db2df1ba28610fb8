/** What every error of the API is on the wire. */
export interface ErrorEnvelope {
  title: string
  detail: string
  /** The request's id. */
  instance: string
  type: string
  status: number
}

/**
 * A refusal; whatever throws it answers the request with its envelope. The detail repeats nothing that was sent.
 * @see postpress, "Solve a code checkpoint", Errors.
 */
export class ApiError extends Error {
  override readonly name = "ApiError"
  readonly envelope: ErrorEnvelope
  readonly headers: Record<string, string>

  constructor(status: number, type: string, detail: string, headers: Record<string, string> = {}) {
    super(detail)
    const words = type.replace(/^errors\//, "").replaceAll("_", " ")
    const title = words.charAt(0).toUpperCase() + words.slice(1)
    this.envelope = { title, detail, instance: `req_${crypto.randomUUID()}`, type, status }
    this.headers = headers
  }
}
