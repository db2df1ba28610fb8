import { accountRequest } from "../schemas/sandbox.schema.ts"
import { describeIntent, type Reply } from "./describe-intent.ts"
import { readFields } from "./read-fields.ts"
import { rememberIntent } from "./remember-intent.ts"
import type { SandboxState } from "./sandbox-state.ts"
import { startLogin } from "./start-login.ts"

/** `POST /accounts`: starts an intent, as the username has it. @see postpress, Instagram guide, steps 1 and 2. */
export function createAccount(body: object, state: SandboxState): Reply {
  const intent = startLogin(readFields(accountRequest, body), state)
  rememberIntent(state.intents, intent)
  return describeIntent(intent)
}
