import type { SolveInput, SubmitInput } from "../../../machines/auth-intent.types.ts"
import { soundSolution } from "../../intent/sound-solution.ts"
import { read } from "../../schemas/check.ts"
import { postpressCredentials } from "../../schemas/person.schema.ts"
import type { Secret } from "../../secret.ts"
import type { Solution } from "../../transports/auth-transport.ts"
import type { Ending, Request } from "../model/catalogue.ts"
import { rejected } from "./rejected.ts"

/** Refuses what the edge may not send: a solution after the deadline, and what no provider could take. */
export function refuseRequest({ src, input }: Request, now: number): Ending | undefined {
  if (src === "submitCredentials") {
    const credentials = (input as SubmitInput).credentials as Secret<unknown>
    return read(postpressCredentials, credentials.open()) ? undefined : rejected("client/invalid_input", now)
  }
  const { expiresAt, solution } = input as SolveInput
  if (now >= expiresAt) return rejected("client/timeout", now)
  return soundSolution(solution as Solution) ? undefined : rejected("client/invalid_input", now)
}
