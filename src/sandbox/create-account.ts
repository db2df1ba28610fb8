import { accountRequest } from "../schemas/sandbox.schema.ts"
import { ApiError } from "./api-error.ts"
import { describeIntent, type Reply } from "./describe-intent.ts"
import { provoke } from "./provoke.ts"
import { readFields } from "./read-fields.ts"
import { rememberIntent } from "./remember-intent.ts"
import type { Intent, SandboxState } from "./sandbox-state.ts"
import { readScenario } from "./scenarios.ts"

/** `POST /accounts`: starts an intent, as the username has it. @see postpress, Instagram guide, steps 1 and 2. */
export function createAccount(body: object, { intents, intentLifetime, now }: SandboxState): Reply {
  const { provider, username } = readFields(accountRequest, body)
  const scenario = readScenario(username)
  if (!scenario) throw new ApiError(401, "errors/invalid_credentials", "The username or the password is not right.")
  provoke(scenario.submitError)

  const intent: Intent = {
    accountId: `acc_${crypto.randomUUID()}`,
    provider,
    scenario,
    expiresAt: now() + intentLifetime,
    left: scenario.checkpoints,
    questions: 0,
    over: false,
  }
  rememberIntent(intents, intent)
  return describeIntent(intent)
}
