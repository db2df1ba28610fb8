import type { Failure } from "../../machines/auth-intent.types.ts"

/** Says why the API, or the way to it, gave no link; it holds neither the request nor its URL. */
export class HostedAuthError extends Error {
  override readonly name = "HostedAuthError"
  readonly failure: Failure

  constructor(failure: Failure) {
    super(`No link: ${failure.title} (${failure.status} ${failure.type})`)
    this.failure = failure
  }
}
