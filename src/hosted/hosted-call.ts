import { clientFailure, type Failure } from "../../machines/failures.ts"
import { isSuccess, toFailure } from "../failures/to-failure.ts"
import type { PostJson, SendContext } from "../http/post-json.ts"

/** What no response, or one that is no success, comes to. */
interface Rejected {
  kind: "rejected"
  at: number
  failure: Failure
}

/** Builds the outcome of a success whose body is none. */
export const unreadable = (at: number, status: number): Rejected => ({
  kind: "rejected",
  at,
  failure: clientFailure("client/invalid_response", { status }),
})

/** Posts to a hosted route, and returns what a success brings back, or else the rejection. */
export async function call(
  postJson: PostJson,
  url: string,
  body: object,
  context: SendContext,
): Promise<{ kind: "response"; at: number; status: number; json: unknown } | Rejected> {
  const response = await postJson(url, body, context)
  const at = context.now()
  if (response.kind !== "response") {
    return { kind: "rejected", at, failure: clientFailure(`client/${response.kind}`) }
  }
  const { status, json } = response
  if (isSuccess(status)) return { kind: "response", at, status, json }
  // There is no password here that a 401 could be about.
  return { kind: "rejected", at, failure: toFailure({ operation: "solve", ...response }) }
}
