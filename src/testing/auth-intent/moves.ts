import type { checkpointKinds } from "../../../machines/checkpoint-kinds.ts"
import { type Failure, failureTable } from "../../../machines/failures.ts"
import type { ModelState } from "../model/catalogue.ts"
import type { Request } from "../model/pure-machine.ts"
import type { AuthIntentVocabulary, PersonMove, Reply } from "./vocabulary.ts"

type Replies = Record<string, Reply>
type State = ModelState<AuthIntentVocabulary>

/** Credentials that change if a page trims, shortens or lowercases its input. */
const credentials = { username: "Ada", password: " Correct horse 9 battery " }

/** The person's moves, by their labels. A code is right or wrong, and the replies fit the code. */
export const personMoves: Record<string, PersonMove> = {
  credentials: { person: "credentials.submit", credentials },
  "empty credentials": { person: "credentials.submit", credentials: { username: "", password: "" } },
  "right code": { person: "code.submit", code: "123456" },
  "wrong code": { person: "code.submit", code: "000000" },
  "backup code": { person: "code.submit", code: "abcd ef-12" },
  "empty code": { person: "code.submit", code: "" },
  "phone number": { person: "phone.submit", phone: { countryCode: "33", number: "0612345678" } },
  "foreign number": { person: "phone.submit", phone: { countryCode: "1", number: "2015550123" } },
  "empty phone number": { person: "phone.submit", phone: { countryCode: "", number: "" } },
  approved: { person: "inApp.approve" },
  "another way": { person: "method.switch" },
  canceled: { person: "intent.cancel" },
  "spent credentials": { person: "credentials.submit", credentials: { username: "ada", password: "x" }, spent: true },
  "spent code": { person: "code.submit", code: "123456", spent: true },
  "spent phone number": { person: "phone.submit", phone: { countryCode: "33", number: "0612345678" }, spent: true },
}

/** How many ms a page may be late that counts a pause down in whole seconds. */
export const tick = 1_000

/** Returns when the pause of the failure that shows is over on every page, or `undefined` if there is none. */
export function pauseEnd({ snapshot, now }: State): number | undefined {
  const { retryAt }: Partial<Failure> = snapshot.context.failure ?? {}
  return retryAt !== undefined && retryAt + tick > now ? retryAt + tick : undefined
}

/** The same moves during a pause: what sends is early. */
const movesInPause = Object.fromEntries(
  Object.entries(personMoves).map(([label, move]): [string, PersonMove] =>
    /submit|approve/.test(move.person) ? [`${label} too early`, { ...move, early: true } as PersonMove] : [label, move],
  ),
)

/** Returns the moves that a person can make. */
export const movesOf = (state: State): Record<string, PersonMove> =>
  pauseEnd(state) === undefined ? personMoves : movesInPause

/** The label of each checkpoint, by its type on the wire. The last type is in no document. */
const checkpoints: Record<keyof typeof checkpointKinds | "UNHEARD_OF", string> = {
  "2FA": "2FA",
  OTP: "OTP",
  IN_APP_VALIDATION: "approval in the app",
  PHONE_REGISTER: "phone number wanted",
  UNHEARD_OF: "unknown checkpoint",
}

const errorReply = (status: number, type: string, headers?: Record<string, string>): Replies => ({
  [`${status} ${type}`]: { status, ...(headers && { headers }), body: { title: type, type: `errors/${type}`, status } },
})

/** Builds one error for each pair in the table, each status that decides about an unknown type, and each delay. */
function errorReplies(): Replies {
  const known = Object.entries(failureTable).flatMap(([status, types]) =>
    Object.keys(types).map((type) => errorReply(Number(status), type)),
  )
  const unknown = [401, 404, 418, 422].map((status) => errorReply(status, "unheard_of"))
  const late = [
    errorReply(429, "too_many_requests", { "Retry-After": "30" }),
    errorReply(425, "too_early", { "Retry-After": "6" }),
  ]
  return Object.assign({}, ...known, ...unknown, ...late)
}

/** The response to a wrong code, and to an approval that has not come yet. */
const refusal = "401 invalid_checkpoint_solution"

/** Builds one reply for each case that the machine distinguishes, by its label. */
function toReplies(account_id: string): Replies {
  const wanted = Object.entries(checkpoints).map(([type, label]): [string, Reply] => {
    const source = type === "OTP" ? { source: "SMS" } : {}
    return [label, { status: 202, body: { object: "Checkpoint", account_id, checkpoint: { type, ...source } } }]
  })
  return {
    connected: { status: 201, body: { object: "AccountCreated", account_id } },
    "connected again": { status: 200, body: { object: "AccountCreated", account_id } },
    ...Object.fromEntries(wanted),
    ...errorReplies(),
    "a proxy's page": { status: 502, body: "<html>Bad Gateway</html>" },
    "a proxy's refusal": { status: 400, body: "<html>Bad Request</html>" },
    "an empty body": { status: 200, body: "" },
    "no connection": { fault: "no connection" },
    "nothing sent": { fault: "nothing sent" },
    "transport throws": { fault: "transport throws" },
    "slot rejects": { fault: "slot rejects" },
  }
}

/** The replies to credentials. A reply to a solution has a new account id, which counts from then on. */
export const firstReplies = toReplies("account-1")
const laterReplies = toReplies("account-2")

/** Returns the replies to a request: a wrong code is refused, and a right code is not. */
export function repliesTo({ src }: Request, { requests }: State): Replies {
  if (src === "submitCredentials") return firstReplies
  const cause = requests[0]?.cause
  if (cause?.person !== "code.submit") return laterReplies
  const { [refusal]: refused, ...others } = laterReplies
  return cause.code === "000000" && refused ? { [refusal]: refused } : others
}

/** Returns the kind of a reply: errors with the same status and the same recovery behave alike. */
export function kindOf(reply: Reply): string | undefined {
  if ("fault" in reply || typeof reply.body === "string" || reply.headers) return undefined
  const { status, body } = reply
  const type = "type" in body ? String(body.type).slice("errors/".length) : undefined
  if (type === undefined || type === "invalid_checkpoint_solution" || type === "operation_canceled") return undefined
  const table: Readonly<Record<number, Readonly<Record<string, string>>>> = failureTable
  return `${status} ${table[status]?.[type] ?? type}`
}
