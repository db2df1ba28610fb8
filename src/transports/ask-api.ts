import { clientFailure } from "../failures/client-failure.ts"
import { type Asked, judgeAnswer } from "../failures/judge-answer.ts"
import type { JsonRequest } from "../http/post-json.ts"
import type { Answer, TransportContext } from "./auth-transport.ts"

/** Sends one request, for which ofetch loads the first time, and judges what comes back. */
export async function askApi(asked: Asked, request: JsonRequest, context: TransportContext): Promise<Answer> {
  const answer = await import("../http/post-json.ts").then(
    ({ postJson }) => postJson(request, context),
    // A page that went offline before its first request cannot load what sends it.
    () => ({ kind: "network", at: context.now() }) as const,
  )
  if (answer.kind === "answer") return judgeAnswer(asked, answer)
  return { kind: "rejected", at: answer.at, failure: clientFailure(`client/${answer.kind}`) }
}
