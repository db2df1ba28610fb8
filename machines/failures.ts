import type { Failure } from "./auth-intent.types.ts"

/** The person gave up. */
export const canceled: Failure = { type: "client/canceled", status: 0, title: "Canceled", recovery: "restart" }

/** It was saved with a request on its way, which nobody knows the answer to. */
export const interrupted: Failure = { type: "client/interrupted", status: 0, title: "Interrupted", recovery: "retry" }

/** An actor rejected, which none that is sound does. */
export const unexpected: Failure = {
  type: "client/unexpected",
  status: 0,
  title: "Unexpected error",
  recovery: "restart",
}
