import { ApiError } from "./api-error.ts"
import { approval, checkpoints } from "./checkpoints.ts"
import { provoke } from "./provoke.ts"
import type { Intent } from "./sandbox-state.ts"

/** Throws once its time is up: a 408 the first time, and from then on a 400. @see postpress, Instagram guide, step 4. */
function refuseLate(intent: Intent, now: number): void {
  if (intent.over) throw new ApiError(400, "errors/invalid_request", "This authentication intent is gone.")
  if (now < intent.expiresAt) return
  intent.over = true
  throw new ApiError(408, "errors/request_timeout", "The time of this authentication intent is up.")
}

/**
 * Solves the current checkpoint of an intent, changes it for another, or leaves an approval that has not come yet.
 * @throws ApiError where the code does nothing of these.
 */
export function solveLogin(intent: Intent, code: string, now: number): void {
  refuseLate(intent, now)
  provoke(intent.scenario.solveError)
  const [type, ...rest] = intent.left
  if (type === undefined) return

  if (code === "TRY_ANOTHER_WAY") {
    const { otherWay } = checkpoints[type]
    if (!otherWay) throw new ApiError(400, "errors/invalid_request", "There is no other way than this checkpoint.")
    // It stands in for all that was left: an OTP that would have come next anyway is demanded once.
    intent.left = [otherWay]
    return
  }

  if (code === approval) intent.questions += 1
  switch (checkpoints[type].judge(code, intent)) {
    case "solved":
      intent.left = rest
      return
    case "pending":
      return
    case "wrong":
      throw new ApiError(401, "errors/invalid_checkpoint_solution", "This does not solve the checkpoint.")
    case "malformed":
      throw new ApiError(400, "errors/invalid_parameters", "This is not a phone number like (+33)0612345678.")
  }
}
