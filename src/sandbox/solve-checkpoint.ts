import { checkpointRequest } from "../schemas/sandbox.schema.ts"
import { ApiError } from "./api-error.ts"
import { describeIntent, type Reply } from "./describe-intent.ts"
import { readFields } from "./read-fields.ts"
import type { SandboxState } from "./sandbox-state.ts"
import { solveLogin } from "./solve-login.ts"

/** `POST /accounts/checkpoint`: solves the current checkpoint or changes it for another. @see postpress, "Solve a code checkpoint". */
export function solveCheckpoint(body: object, { intents, now }: SandboxState): Reply {
  const { provider, account_id, code } = readFields(checkpointRequest, body)
  const intent = intents.get(account_id)
  if (intent === undefined || intent.left.length === 0) {
    throw new ApiError(403, "errors/unknown_authentication_context", "No login of this account is under way.")
  }
  if (intent.provider !== provider) {
    throw new ApiError(403, "errors/account_mismatch", "This account is being connected with another provider.")
  }
  solveLogin(intent, code, now())
  return describeIntent(intent)
}
