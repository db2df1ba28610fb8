/** Refuses a request with Problem Details (RFC 9457), whose detail repeats nothing that was sent. */
export class ApiError extends Error {
  override readonly name = "ApiError"
  readonly status: number
  readonly headers: Record<string, string>
  /** The body, as the API has it. @see postpress, "Solve a code checkpoint", Errors. */
  readonly problem: { title: string; detail: string; instance: string; type: string; status: number }

  constructor(status: number, type: string, detail: string, headers: Record<string, string> = {}) {
    super(detail)
    const words = type.replace(/^errors\//, "").replaceAll("_", " ")
    const title = words.charAt(0).toUpperCase() + words.slice(1)
    this.status = status
    this.headers = headers
    this.problem = { title, detail, instance: `req_${crypto.randomUUID()}`, type, status }
  }

  toResponse(): Response {
    return Response.json(this.problem, this)
  }
}

export const methodNotAllowed = (Allow: string) =>
  new ApiError(405, "errors/method_not_allowed", "This path does not accept this method.", { Allow })

/** Ends a request without a response. A `fetch` rejects with such a TypeError when a connection dies. */
export class ConnectionLost extends TypeError {
  constructor() {
    super("fetch failed")
  }
}
