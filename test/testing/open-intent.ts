import { inspect } from "node:util"
import { type ActorOptions, createActor } from "xstate"
import type { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentInput } from "../../machines/auth-intent.types.ts"
import { type AuthIntentActor, createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { getStep } from "../../src/intent/get-step.ts"
import { saveIntent } from "../../src/intent/save-intent.ts"
import { toEvent } from "../../src/testing/auth-intent/to-event.ts"
import { statePath } from "../../src/testing/model/state-path.ts"
import type { Reply } from "../../src/testing/scenario.ts"
import type { AuthTransport } from "../../src/transports/auth-transport.ts"
import { createPostpressTransport, type PostpressCredentials } from "../../src/transports/postpress.ts"
import { type Command, secrets } from "./commands.ts"
import type { Place } from "./event-table.ts"
import { createPatientClock } from "./patient-clock.ts"

type Machine = typeof authIntentMachine
type Transport = AuthTransport<PostpressCredentials>

/** What a test breaks on purpose. */
export interface Bug {
  machine?: (machine: Machine, transport: Transport) => Machine
  transport?: (transport: Transport) => Transport
}

/** An intent at one moment. */
export interface Look extends Place {
  final: boolean
  now: number
  expiresAt: number | undefined
  /** Its state and its context, to compare. */
  text: string
}

/** A request as it left: when, where the intent was, and how many others were on their way. */
export interface Sent extends Look {
  others: number
}

export interface Step {
  command: Command
  before: Look
  after: Look
  sent: Sent[]
}

export interface OpenIntent {
  take(command: Command): Promise<Step>
  look(): Look
  /** All that anybody could have seen of it. */
  print(): string
  /** What was thrown at its host. */
  thrown: unknown[]
  close(): void
}

interface Waiting {
  body: string
  left: boolean
  resolve(response: Response): void
  reject(error: Error): void
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

/** Some time in 2026, so that a clock that is put back stays after 1970. */
const start = 1.77e12

function toResponse({ status, body, headers }: Extract<Reply, { status: number }>): Response {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  return new Response([204, 205, 304].includes(status) ? null : text, { status, headers })
}

/** Opens an intent over a server that answers when it is told to, even to a request that was left. */
export function openIntent(input: AuthIntentInput, bug: Bug = {}): OpenIntent {
  const clock = createPatientClock()
  clock.jump(start)
  const thrown: unknown[] = []
  const printed: string[] = []
  let waiting: Waiting[] = []
  let sent: Sent[] = []

  const good = createPostpressTransport({
    apiKey: secrets.apiKey,
    fetch: (_, init) =>
      new Promise((resolve, reject) => {
        sent.push({ ...look(), others: waiting.filter(({ left }) => !left).length })
        const request = { body: String(init.body), left: false, resolve, reject }
        waiting.push(request)
        init.signal?.addEventListener("abort", () => {
          request.left = true
        })
      }),
  })
  const transport = bug.transport?.(good) ?? good

  const seen: ActorOptions<Machine>["inspect"] = (event) => {
    printed.push(JSON.stringify(event), "event" in event ? inspect(event.event, { depth: 5 }) : "")
  }

  function begin(resume?: unknown): AuthIntentActor {
    const sound = createAuthIntent({ ...input, transport, clock, resume, inspect: seen })
    const options = sound.options as ActorOptions<Machine> & { input: AuthIntentInput }
    const actor = bug.machine ? createActor(bug.machine(sound.logic as Machine, transport), options) : sound
    actor.subscribe({ error: (error) => thrown.push(error) })
    return actor.start()
  }

  let actor = begin()

  function look(): Look {
    const snapshot = actor.getSnapshot()
    const { checkpoint, solution, expiresAt } = snapshot.context
    return {
      state: statePath(snapshot),
      type: checkpoint?.type,
      canApproveInApp: checkpoint?.canApproveInApp,
      solution,
      final: snapshot.status !== "active",
      now: clock.now(),
      expiresAt,
      text: JSON.stringify([snapshot.value, snapshot.context]),
    }
  }

  const isWaiting = () => waiting.some(({ left }) => !left)

  /** Lets what is under way come to rest: an answer on its way in, or a request on its way out. */
  async function settle(): Promise<void> {
    const until = performance.now() + 5_000
    const isOnItsWay = () => !look().final && actor.getSnapshot().hasTag("busy") && !isWaiting()
    for (let count = 0; count < 3 || isOnItsWay(); count += 1) {
      if (performance.now() > until) throw new Error("busy for ever")
      await tick()
    }
  }

  function answer(reply: Reply | "repeat", late: boolean): void {
    const request = waiting.find(({ left }) => left === late)
    if (request === undefined) return
    waiting = waiting.filter((each) => each !== request)
    const { body, resolve, reject } = request
    const repeated = { title: body, detail: body, instance: body, type: "errors/invalid_parameters", status: 400 }
    if (reply === "repeat") resolve(toResponse({ status: 400, body: repeated }))
    else if ("fault" in reply) reject(new TypeError("fetch failed"))
    else resolve(toResponse(reply))
  }

  async function happen(command: Command): Promise<void> {
    if ("answer" in command) answer(command.answer, command.late === true)
    else if ("advance" in command) await clock.advance(command.advance, settle)
    else if ("jump" in command) clock.jump(command.jump)
    else if (command.person.person !== "reload") actor.send(toEvent(command.person))
    else {
      const saved = JSON.stringify(saveIntent(actor.getSnapshot()))
      printed.push(saved)
      actor.stop()
      actor = begin(JSON.parse(saved))
    }
  }

  return {
    thrown,
    look,
    async take(command) {
      const before = look()
      sent = []
      try {
        await happen(command)
        await settle()
      } catch (error) {
        thrown.push(error)
      }
      const snapshot = actor.getSnapshot()
      const shown = [snapshot.context, snapshot.output, getStep(snapshot), actor.getPersistedSnapshot()]
      printed.push(JSON.stringify(shown), inspect(shown, { depth: 6 }))
      return { command, before, after: look(), sent }
    },
    print: () => [...printed, ...thrown.map((error) => inspect(error, { depth: 6 }))].join("\n"),
    close: () => actor.stop(),
  }
}
