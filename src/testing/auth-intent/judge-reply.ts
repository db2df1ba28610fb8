import type { SolveInput, SubmitInput } from "../../../machines/auth-intent.types.ts"
import { judgeAnswer } from "../../failures/judge-answer.ts"
import type { Ending, Request } from "../model/catalogue.ts"
import type { Reply } from "../scenario.ts"
import { rejected } from "./rejected.ts"

/** Judges a reply as the transport does. */
export function judgeReply(reply: Reply, { src, input }: Request, now: number): Ending {
  if ("fault" in reply) {
    return reply.fault === "no connection" ? rejected("client/network", now) : { error: new Error(reply.fault) }
  }
  const { status, body, headers } = reply
  const { provider } = input as SubmitInput | SolveInput
  const seconds = headers?.["Retry-After"]
  const retryAt = seconds === undefined ? undefined : now + Number(seconds) * 1000
  const step = src === "submitCredentials" ? "submit" : "solve"
  return { output: judgeAnswer({ step, provider }, { status, body, at: now, retryAt }) }
}
