import type { AnyEventObject, SnapshotFrom } from "xstate"
import type { authIntentMachine } from "../../machines/auth-intent.machine.ts"
import type { AuthIntentInput, SolveInput } from "../../machines/auth-intent.types.ts"
import { parseSavedIntent, saveIntent } from "../../src/intent/saved-intent.ts"
import type { Moment, Standing as StandingOf } from "../../src/testing/check-properties.ts"
import { defineCatalogue, type Fact } from "../../src/testing/model/catalogue.ts"
import { aboutOf, type EventName, eventNames, type Reply, type Request, replies } from "./contract.ts"
import { advance, createModel, type Model, reload, reply, sendEvent } from "./model.ts"

export type Machine = typeof authIntentMachine

export const times = { intentLifetime: 300_000, solveGrace: 10_000, inAppPollInterval: 5_000 }
const provider = "INSTAGRAM"
const secret = Object.freeze({ boxed: true })

/** The words of the contract: its events, and its replies by name. */
export interface Contract {
  person: { person: EventName | "reload" }
  reply: { name: string; account: string }
  input: AuthIntentInput
  step: unknown
}

/** The past that the properties need: the independent model, which makes every move too. */
interface Memory extends Model {
  /** Whether only the clock was moved. */
  wasSet: boolean
  /** The state that the contract distinguishes, without times. */
  toJSON?(): unknown
}

export type Standing = StandingOf<Contract, Machine, Memory>
export type Now = Moment<Contract, Machine, Memory>

export const eventOf = (name: string): AnyEventObject => ({
  type: name,
  ...(name === "credentials.submit" && { credentials: secret }),
  ...(name === "code.submit" && { code: secret }),
  ...(name === "phone.submit" && { phone: secret }),
})

/** The edge's outcome for a solution after the deadline. */
const refusal: Reply = { kind: "rejected", status: 0, type: "client/timeout", recovery: "retry", sent: false }

const inWalk = [
  ...["connected", "connected, session", "2FA", "2FA, approvable", "OTP", "inApp", "phone", "captcha"],
  ...["400", "401 wrong solution", "401 unknown", "403 restart", "403 stop", "408", "409 overtaken", "422"],
  ...["429, a minute", "500", "500 intent", "503", "200 unreadable", "network", "network, nothing sent"],
  ...["timeout", "unexpected", "threw"],
]

const contextOf = ({ snapshot }: { snapshot: unknown }) => (snapshot as SnapshotFrom<Machine>).context

/** Every move by the contract; situations that the contract does not distinguish count as one. */
export const contractCatalogue = (names: readonly string[] = inWalk) =>
  defineCatalogue<Contract>({
    starts: { "": { provider, ...times } },
    person: Object.fromEntries(eventNames.map((person) => [person, { person }])),
    toEvent: ({ person }) => eventOf(person),
    replies(_, state) {
      const account = `acc_${Number(contextOf(state).accountId?.slice("acc_".length) ?? 0) + 1}`
      return Object.fromEntries(names.map((name) => [`reply ${name}`, { name, account }]))
    },
    interpret({ name, account }, { input }, now) {
      const reply = replies[name] as Reply
      if (reply.kind === "threw") return { error: new Error("broken") }
      return { output: outcomeOf(reply, now, account, (input as Partial<SolveInput>).solution?.kind) }
    },
    refuse({ input }, now) {
      const { expiresAt, solution } = input as Partial<SolveInput>
      const isLate = expiresAt !== undefined && now >= expiresAt
      return isLate ? { output: outcomeOf(refusal, now, "", solution?.kind) } : undefined
    },
    resume({ snapshot, now }) {
      const record: unknown = JSON.parse(JSON.stringify(saveIntent(snapshot as SnapshotFrom<Machine>)))
      return { provider, ...times, resume: parseSavedIntent(record, { clock: { now: () => now } }) }
    },
    facts(state): Record<string, Fact> {
      const { checkpoint, failure, failureBy, failedPolls, retryAt = 0, ...context } = contextOf(state)
      const { timedOut, unanswered, request, expiresAt } = context
      const facts = {
        checkpoint: checkpoint && `${checkpoint.type} ${checkpoint.canApproveInApp}`,
        failure: failure?.type === "client/not_approved_yet" ? "not yet" : failure && (failureBy ?? "person"),
        ...{ timedOut, unanswered },
      }
      if (state.snapshot.status !== "active") return facts
      const left = (expiresAt ?? Number.POSITIVE_INFINITY) - state.now
      return {
        ...{ ...facts, request, failedPolls: Math.min(failedPolls, 3), isWaiting: retryAt > state.now },
        phase: left > 30_000 ? "early" : left > 0 ? "near" : "past",
        lowered: expiresAt && Math.sign(expiresAt - times.intentLifetime),
      }
    },
    // The intermediate moments of the contract: the last 30 s and, while a solution is in flight, the grace.
    moments(state): Record<string, number> {
      const { expiresAt } = contextOf(state)
      return expiresAt === undefined ? {} : { near: expiresAt - 30_000, past: expiresAt }
    },
    jumps(state): Record<string, number> {
      const { expiresAt = 0 } = contextOf(state)
      // Only once: afterwards the deadline is lower. Set back, the clock leaves more than a lifetime to it.
      const back = expiresAt - times.intentLifetime - 1 - state.now
      if (expiresAt < times.intentLifetime || state.now >= expiresAt) return {}
      return { "slept past the deadline": expiresAt - state.now, ...(back < 0 && { "set back": back }) }
    },
  })

function outcomeOf(reply: Reply, at: number, accountId: string, solution: string | undefined) {
  if (reply.kind === "connected") return { kind: "connected", at, accountId, ...(reply.session && { session: secret }) }
  if (reply.kind === "checkpoint") return { kind: "checkpoint", at, accountId, checkpoint: reply.checkpoint }
  if (reply.kind !== "rejected") return undefined
  const { type, status, recovery, retryAfter, sent } = reply
  const about = solution ? aboutOf[solution as Request] : "credentials"
  const retryAt = retryAfter === undefined ? {} : { retryAt: at + retryAfter }
  return {
    kind: "rejected",
    at,
    failure: { type, status, recovery, about, ...retryAt },
    ...(sent === false && { sent }),
  }
}

export const memory: Memory = { ...createModel(times, 0), wasSet: false }

/** Makes a move on the model. Memories with the same JSON count as one: the contract does not distinguish them. */
export function remember({ memory, move, snapshot }: Now): Memory {
  if (move === undefined) return memory
  const model = { ...memory, sent: memory.sent.slice(-1), reported: [] }
  if ("server" in move) reply(model, move.server.name)
  else if ("person" in move && move.person !== "reload") sendEvent(model, move.person)
  else if ("person" in move) reload(model)
  else if (!move.asleep) advance(model, move.clock)
  else Object.assign(model, { wasSet: true, wall: model.wall + move.clock })
  const { wasSet, unanswered, timedOut, accountId, failedPolls } = model
  const isLatest = accountId === snapshot.context.accountId
  return { ...model, toJSON: () => [wasSet, unanswered, timedOut, isLatest, Math.min(failedPolls, 3)] }
}
