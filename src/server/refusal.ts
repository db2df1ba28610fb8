import { answerJson } from "./answer-json.ts"

interface Details {
  detail?: string
  instance?: string
  headers?: Record<string, string>
}

/** An error of the API's shape, to throw from wherever a request cannot go on. */
export class Refusal extends Error {
  readonly toResponse: () => Response

  constructor(status: number, type: string, title: string, { headers, ...details }: Details = {}) {
    super(title)
    this.toResponse = () => answerJson(status, { title, ...details, type, status }, headers)
  }
}
