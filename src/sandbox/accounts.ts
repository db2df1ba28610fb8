import { ApiError, ConnectionLost } from "./api-error.ts"
import { approval, checkpoints } from "./checkpoints.ts"
import { parseFields } from "./parse-request.ts"
import { accountRequest, checkpointRequest } from "./sandbox.schema.ts"
import { type Intent, rememberNewest, type SandboxState } from "./state.ts"
import { type ChosenError, readBehavior, usernames } from "./usernames.ts"

/** `POST /accounts`: starts an intent, as its username chooses. @see postpress, Instagram guide, steps 1 and 2. */
export function createAccount(body: object, state: SandboxState): Response {
  const intent = startLogin(parseFields(accountRequest, body), state)
  rememberNewest(state.intents, intent.accountId, intent)
  return toResponse(intent)
}

/**
 * `POST /accounts/checkpoint`: solves or switches the current checkpoint. @see postpress, "Solve a code checkpoint".
 */
export function solveCheckpoint(body: object, state: SandboxState): Response {
  const { provider, account_id, code } = parseFields(checkpointRequest, body)
  const intent = state.intents.get(account_id)
  if (intent === undefined || intent.remaining.length === 0) {
    throw new ApiError(403, "errors/unknown_authentication_context", "No login of this account is under way.")
  }
  if (intent.provider !== provider) {
    throw new ApiError(403, "errors/account_mismatch", "This account is being connected with another provider.")
  }
  solveLogin(intent, code, state)
  return toResponse(intent)
}

const names = usernames.map(({ username }) => username).join(", ")
const unknownName = `The username or the password is not right. In this sandbox the username chooses what happens: ${names}.`

/**
 * Builds the intent that a username chooses.
 * @throws ApiError if the username chooses nothing or an error, or if its account is already connected.
 */
export function startLogin(login: Pick<Intent, "provider" | "username">, state: SandboxState): Intent {
  const { provider, username } = login
  const behavior = readBehavior(username)
  if (behavior === undefined) throw new ApiError(401, "errors/invalid_credentials", unknownName)
  throwChosenError(behavior.submitError)
  if (state.lostAccounts.has(toKey(login))) {
    throw new ApiError(409, "errors/already_exists", "This account is connected already.")
  }
  return {
    accountId: `acc_${crypto.randomUUID()}`,
    provider,
    username,
    behavior,
    expiresAt: state.now() + state.intentLifetime,
    remaining: behavior.checkpoints ?? [],
    approvalPolls: 0,
    isExpired: false,
  }
}

const toKey = ({ provider, username }: Pick<Intent, "provider" | "username">) => `${provider} ${username}`

/**
 * Solves the current checkpoint of an intent, switches it, or leaves an approval that has not arrived yet.
 * @throws ApiError where the code does none of these.
 */
export function solveLogin(intent: Intent, code: string, { now, lostAccounts }: SandboxState): void {
  // After the deadline one 408 is sent, and then 400s. @see postpress, Instagram guide, step 4.
  if (intent.isExpired) throw new ApiError(400, "errors/invalid_request", "This authentication intent is gone.")
  intent.isExpired = now() >= intent.expiresAt
  if (intent.isExpired)
    throw new ApiError(408, "errors/request_timeout", "The time of this authentication intent is over.")
  throwChosenError(intent.behavior.solveError)
  const [type, ...rest] = intent.remaining
  if (type === undefined) return
  const { otherWay, isSolvedBy } = checkpoints[type]

  if (code === "TRY_ANOTHER_WAY") {
    if (!otherWay) throw new ApiError(400, "errors/invalid_request", "There is no other way than this checkpoint.")
    // The other way replaces all remaining checkpoints, so that an OTP among them is demanded only once.
    intent.remaining = [otherWay]
    return
  }
  if (code === approval) intent.approvalPolls += 1
  if (isSolvedBy(code, intent)) intent.remaining = rest
  if (isLost(intent)) lostAccounts.add(toKey(intent))
}

/** Whether the account is connected and the connection dies before the response. */
export const isLost = ({ remaining, behavior }: Intent) => remaining.length === 0 && behavior.losesResponse === true

/** Throws the error that a username names; a 429 comes with a time to wait. */
function throwChosenError(error: ChosenError | undefined): void {
  if (error === undefined) return
  const headers = error.status === 429 ? { "Retry-After": "30" } : undefined
  throw new ApiError(error.status, error.type, "The username chose this error.", headers)
}

/**
 * Builds the response for an intent: the account, or its current checkpoint.
 * @throws ConnectionLost where the behavior loses that response.
 * @see postpress, Instagram guide, step 2; "Solve a code checkpoint", Response 201.
 */
function toResponse(intent: Intent): Response {
  const { accountId: account_id, remaining } = intent
  if (isLost(intent)) throw new ConnectionLost()
  const [type] = remaining
  if (type === undefined) return Response.json({ object: "AccountCreated", account_id }, { status: 201 })
  const checkpoint = { type, ...checkpoints[type].data }
  return Response.json({ object: "Checkpoint", account_id, checkpoint }, { status: 202 })
}
