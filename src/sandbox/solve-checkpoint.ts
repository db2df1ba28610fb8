import { checkpointRequest } from "../schemas/sandbox.schema.ts"
import { ApiError } from "./api-error.ts"
import { approval, checkpoints } from "./checkpoints.ts"
import { describeIntent, type Reply } from "./describe-intent.ts"
import { provoke } from "./provoke.ts"
import { readFields } from "./read-fields.ts"
import type { Intent, SandboxState } from "./sandbox-state.ts"

/** Throws once its time is up: a 408 the first time, and from then on a 400. @see postpress, Instagram guide, step 4. */
function refuseLate(intent: Intent, now: number): void {
  if (intent.over) throw new ApiError(400, "errors/invalid_request", "This authentication intent is gone.")
  if (now < intent.expiresAt) return
  intent.over = true
  throw new ApiError(408, "errors/request_timeout", "The time of this authentication intent is up.")
}

/** `POST /accounts/checkpoint`: solves the current checkpoint or changes it for another. @see postpress, "Solve a code checkpoint". */
export function solveCheckpoint(body: object, { intents, now }: SandboxState): Reply {
  const { provider, account_id, code } = readFields(checkpointRequest, body)
  const intent = intents.get(account_id)
  const [type, ...rest] = intent?.left ?? []
  if (intent === undefined || type === undefined) {
    throw new ApiError(403, "errors/unknown_authentication_context", "No login of this account is under way.")
  }
  if (intent.provider !== provider) {
    throw new ApiError(403, "errors/account_mismatch", "This account is being connected with another provider.")
  }
  refuseLate(intent, now())
  provoke(intent.scenario.solveError)

  if (code === "TRY_ANOTHER_WAY") {
    const { otherWay } = checkpoints[type]
    if (!otherWay) throw new ApiError(400, "errors/invalid_request", "There is no other way than this checkpoint.")
    // It stands in for all that was left: an OTP that would have come next anyway is demanded once.
    intent.left = [otherWay]
    return describeIntent(intent)
  }

  if (code === approval) intent.questions += 1
  switch (checkpoints[type].judge(code, intent)) {
    case "solved":
      intent.left = rest
      return describeIntent(intent)
    case "pending":
      return describeIntent(intent)
    case "wrong":
      throw new ApiError(401, "errors/invalid_checkpoint_solution", "This does not solve the checkpoint.")
    case "malformed":
      throw new ApiError(400, "errors/invalid_parameters", "This is not a phone number like (+33)0612345678.")
  }
}
