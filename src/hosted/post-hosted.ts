import { clientFailure } from "../../machines/failures.ts"
import type { LinkOutcome } from "../../machines/hosted-auth.types.ts"
import { isSuccess, toFailure } from "../failures/to-failure.ts"
import type { PostJson, SendContext } from "../http/post-json.ts"
import { read, type Schema } from "../values.schema.ts"

/** Posts to a hosted route. Returns the body of a success, parsed by the schema, or else the rejection. */
export async function postHosted<Body>(
  schema: Schema<Body>,
  postJson: PostJson,
  url: string,
  body: object,
  context: SendContext,
): Promise<{ kind: "response"; at: number; body: Body } | Extract<LinkOutcome, { kind: "rejected" }>> {
  const response = await postJson(url, body, context)
  const at = context.now()
  if (response.kind !== "response") {
    return { kind: "rejected", at, failure: clientFailure(`client/${response.kind}`) }
  }
  const { status, json } = response
  const received = isSuccess(status) ? read(schema, json) : undefined
  if (received !== undefined) return { kind: "response", at, body: received }
  // A 401 cannot be about a password: none is sent here. A success that cannot be read is an invalid response.
  return { kind: "rejected", at, failure: toFailure({ operation: "solve", ...response }) }
}
