import type { Checkpoint } from "../../../machines/auth-intent.types.ts"
import { failureTable } from "../../failures/failure-table.ts"
import type { Reply } from "../scenario.ts"

type Replies = Record<string, Reply>

const account_id = "account-1"

/** What each checkpoint is called, by its type on the wire; the last one nobody has seen yet. */
const checkpoints: Record<Checkpoint["type"], string> = {
  "2FA": "2FA",
  OTP: "OTP",
  IN_APP_VALIDATION: "approval in the app",
  PHONE_REGISTER: "phone number wanted",
  CAPTCHA: "unknown checkpoint",
}

function checkpointReplies(): Replies {
  const replies = Object.entries(checkpoints).map(([type, phrase]): [string, Reply] => {
    const body = { object: "Checkpoint", account_id, checkpoint: { type } }
    return [phrase, { status: 202, body }]
  })
  return Object.fromEntries(replies)
}

function errorReply(status: number, type: string, headers?: Record<string, string>): Replies {
  const title = type.replaceAll("_", " ")
  return { [`${status} ${type}`]: { status, headers, body: { title, type: `errors/${type}`, status } } }
}

/** One error of each pair that the table knows, and of each way to judge a type that it does not. */
function errorReplies(): Replies {
  const known = Object.entries(failureTable).flatMap(([status, types]) =>
    Object.keys(types).map((type) => errorReply(Number(status), type)),
  )
  const unknown = [401, 404, 418, 422].map((status) => errorReply(status, "unheard_of"))
  const tooMany = errorReply(429, "too_many_requests", { "Retry-After": "30" })
  return Object.assign({}, ...known, ...unknown, tooMany)
}

/** Every kind of answer that a request can get, by a phrase for it; one for each that the machine could tell apart. */
export const authIntentReplies: Replies = {
  connected: { status: 201, body: { object: "AccountCreated", account_id } },
  ...checkpointReplies(),
  ...errorReplies(),
  "a proxy's page": { status: 502, body: "<html>Bad Gateway</html>" },
  "an empty answer": { status: 200, body: "" },
  "no connection": { fault: "no connection" },
  "a broken transport": { fault: "transport throws" },
}

/** The answer to a wrong code, and to an approval that has not been given yet. */
export const refusal = "401 invalid_checkpoint_solution"
