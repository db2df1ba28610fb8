import { setImmediate as settled } from "node:timers/promises"
import { createActor, fromPromise, type InspectionEvent } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { HostedAuthInput, LinkOutcome, LinkRequest } from "../../machines/hosted-auth.types.ts"
import { SplitClock } from "../machine/split-clock.ts"

/** When these tests begin, in epoch ms. */
export const startsAt = 1_800_000_000_000

/** One request for a link, to be answered by hand. */
interface HandRequest {
  input: LinkRequest
  signal: AbortSignal
  resolve(outcome: LinkOutcome): void
  reject(error: unknown): void
}

/** An outcome that may leave out when it came: then it comes at this moment of the clock. */
export type Answer = LinkOutcome extends infer Outcome
  ? Outcome extends LinkOutcome
    ? Omit<Outcome, "at"> & { at?: number }
    : never
  : never

export type Driven = ReturnType<typeof driveHostedAuth>

interface DriveOptions {
  input?: HostedAuthInput
  clock?: SplitClock
  inspect?: (event: InspectionEvent) => void
}

/** The machine, started, with its slot filled by hand and a clock that stands still. */
export function driveHostedAuth({
  input = { providers: "*", userId: "ada" },
  clock = new SplitClock(startsAt),
  inspect,
}: DriveOptions = {}) {
  const requests: HandRequest[] = []
  const createLink = fromPromise<LinkOutcome, LinkRequest>(
    ({ input, signal }) => new Promise((resolve, reject) => requests.push({ input, signal, resolve, reject })),
  )
  const actor = createActor(hostedAuthMachine.provide({ actors: { createLink } }), {
    clock,
    input,
    ...(inspect && { inspect }),
  }).start()

  /** The latest request. */
  const request = (): HandRequest => {
    const last = requests.at(-1)
    if (last === undefined) throw new Error("Nothing was requested")
    return last
  }

  return {
    actor,
    clock,
    requests,
    request,
    state: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    output: () => actor.getSnapshot().output,
    /** Answers a request, the latest one unless told otherwise, and lets the machine hear it. */
    answer(answer: Answer, to = request()): Promise<void> {
      to.resolve({ at: clock.now(), ...answer } as LinkOutcome)
      return settled()
    },
    fail(error: unknown): Promise<void> {
      request().reject(error)
      return settled()
    },
  }
}
