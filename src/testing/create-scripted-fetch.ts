import type { Reply, Scenario } from "./scenario.ts"

/** The server side of a scenario: a request waits until it is told to answer, and its answers are the scenario's, in order. */
export interface ScriptedFetch {
  /** With the platform's signature. */
  fetch: typeof fetch
  /**
   * Answers the request that waits, as the scenario has it next.
   * @throws Error when none waits, or the scenario has no answer left.
   */
  answer(): void
  /** Whether a request waits for its answer. */
  readonly waiting: boolean
  /** How many requests have come. */
  readonly requests: number
  /** What went wrong with the last answer, where it was to go wrong. */
  readonly fault?: Fault
}

type Fault = Extract<Reply, { fault: unknown }>["fault"]

interface Waiting {
  resolve(response: Response): void
  reject(error: Error): void
}

/** Creates the server side of one scenario. */
export function createScriptedFetch({ steps }: Pick<Scenario, "steps">): ScriptedFetch {
  const replies = steps.flatMap((step) => ("server" in step.do ? [step.do.server] : []))
  // The last one alone: whoever sends again has left the request before, whether its server heard of that or not.
  let waiting: Waiting | undefined
  let requests = 0
  let fault: Fault | undefined

  return {
    fetch(_input, init) {
      requests += 1
      return new Promise<Response>((resolve, reject) => {
        const request = { resolve, reject }
        waiting = request
        const leave = () => {
          if (waiting === request) waiting = undefined
          reject(new DOMException("The request was aborted", "AbortError"))
        }
        if (init?.signal?.aborted) leave()
        else init?.signal?.addEventListener("abort", leave)
      })
    },
    answer() {
      if (waiting === undefined) throw new Error("The server has nothing to answer: no request has come")
      const reply = replies.shift()
      if (reply === undefined) throw new Error("The scenario has no answer left")
      const request = waiting
      waiting = undefined
      fault = "fault" in reply ? reply.fault : undefined
      send(reply, request)
    },
    get waiting() {
      return waiting !== undefined
    },
    get requests() {
      return requests
    },
    get fault() {
      return fault
    },
  }
}

function send(reply: Reply, { resolve, reject }: Waiting): void {
  if ("fault" in reply) reject(new TypeError("fetch failed"))
  else {
    const { status, headers, body } = reply
    resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }))
  }
}
