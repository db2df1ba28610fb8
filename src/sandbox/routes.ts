import { createAccount, solveCheckpoint } from "./accounts.ts"
import { ApiError } from "./api-error.ts"
import { createLink } from "./hosted-links.ts"
import { readFields } from "./read-request.ts"
import { accountStatus, advanceRequest } from "./sandbox.schema.ts"
import type { SandboxState } from "./state.ts"

/** Builds a response to a body; `baseUrl` is the one that the request was sent to. It throws an ApiError to refuse. */
type Route = (body: object, state: SandboxState, baseUrl: string) => Response

/** Every route but the pages of the hosted wizard, by its path under the base path. Each is a POST. */
export const routes = new Map<string, Route>([
  ["/accounts", createAccount],
  ["/accounts/checkpoint", solveCheckpoint],
  ["/hosted/accounts/link", createLink],
  ["/sandbox/account-status", reportStatus],
  ["/sandbox/advance", advanceClock],
])

/** `POST /sandbox/account-status`: posts an account's status to `statusUrl`. @see postpress, Hosted auth wizard, "Reconnecting an account". */
function reportStatus(body: object, { statusUrl, outbox }: SandboxState): Response {
  const { account_id, status } = readFields(accountStatus, body)
  if (statusUrl === undefined) {
    throw new ApiError(400, "errors/invalid_request", "The sandbox was started without a statusUrl.")
  }
  outbox.post(statusUrl, { account_id, status })
  return Response.json({ object: "SandboxAccountStatus", account_id, status })
}

/** `POST /sandbox/advance`: moves the clock forward by `ms` and returns its time. The API has nothing like it. */
function advanceClock(body: object, { advance, now }: SandboxState): Response {
  advance(readFields(advanceRequest, body).ms)
  return Response.json({ object: "SandboxClock", now: now() })
}
