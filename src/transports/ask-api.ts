import { clientFailure } from "../failures/client-failure.ts"
import { type Asked, judgeAnswer } from "../failures/judge-answer.ts"
import type { JsonRequest } from "../http/post-json.ts"
import type { Answer, TransportContext } from "./auth-transport.ts"

/** Sends one request, for which ofetch loads the first time, and judges what comes back. */
export async function askApi(asked: Asked, request: JsonRequest, context: TransportContext): Promise<Answer> {
  const { postJson } = await import("../http/post-json.ts")
  const answer = await postJson(request, context)
  if (answer.kind === "answer") return judgeAnswer(asked, answer)
  return { kind: "rejected", at: answer.at, failure: clientFailure(`client/${answer.kind}`) }
}
