import { setImmediate as settled } from "node:timers/promises"
import type { Answer, AuthTransport, Solution, TransportContext } from "../../src/transports/auth-transport.ts"

/** One call of a transport, to be answered by hand. */
export interface HandCall {
  method: "submit" | "solve"
  request: unknown
  context: TransportContext
  /** What is being sent, in words that can be compared: secrets are opened. */
  sends: unknown
  answer(answer: unknown): Promise<void>
  fail(error: unknown): Promise<void>
}

const opened = (solution: Solution) =>
  "secret" in solution ? { kind: solution.kind, value: solution.secret.open() } : { kind: solution.kind }

/** A transport that opens what it is given, as any would, and answers when it is told to. */
export function handTransport() {
  const calls: HandCall[] = []

  const ask = (call: Pick<HandCall, "method" | "request" | "context" | "sends">) =>
    new Promise<Answer>((resolve, reject) => {
      calls.push({
        ...call,
        answer: (answer) => {
          resolve(answer as Answer)
          return settled()
        },
        fail: (error) => {
          reject(error)
          return settled()
        },
      })
    })

  const transport: AuthTransport<{ username: string; password: string }> = {
    submit: (request, context) => ask({ method: "submit", request, context, sends: request.credentials.open() }),
    solve: (request, context) => ask({ method: "solve", request, context, sends: opened(request.solution) }),
  }

  /** The latest call. */
  const call = (): HandCall => {
    const last = calls.at(-1)
    if (last === undefined) throw new Error("Nothing was sent")
    return last
  }

  return {
    transport,
    calls,
    call,
    /** Answers the latest call, and lets the machine hear it. */
    answer: (answer: Answer): Promise<void> => call().answer(answer),
  }
}
