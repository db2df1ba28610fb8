import {
  aboutOf,
  acceptedIn,
  type Checkpoint,
  type EventName,
  type Failure,
  isApproval,
  isUnanswered,
  kindOf,
  type Options,
  type Reply,
  type Request,
  replies,
  requests,
} from "./contract.ts"

type Place = "idle" | "submitting" | "checkpoint" | "solving" | "connected" | "expired" | "failed"

/** A 408 this close to the deadline may be the intent's own end. */
const nearDeadline = 30_000

/** One intent by the contract: plain rules over plain data. The model fires its timers itself. */
export interface Model {
  options: Options
  place: Place
  wall: number
  elapsed: number
  /** The time of each timer, in ms elapsed. */
  timers: { deadline?: number; poll?: number; grace?: number }
  accountId?: string
  checkpoint?: Checkpoint
  expiresAt?: number
  attempts: number
  failure?: Failure
  failureByPoll: boolean
  failedPolls: number
  retryAt: number
  timedOut: boolean
  unanswered: boolean
  request?: Request
  session: boolean
  sent: SentRequest[]
  accounts: number
  /** Reported mistakes of the program, and those that this actor reported earlier. */
  mistakes: number
  reported: string[]
}

export interface SentRequest {
  operation: "submit" | "solve"
  accountId?: string | undefined
  solution?: string
  /** The content of the secret when it was opened. */
  value?: unknown
  left: boolean
}

/** Typed inputs, and the values sent for them. */
export const typed = {
  credentials: { username: "ada", password: "pw" },
  code: "123 456",
  phone: { countryCode: "+33", number: "06 12 34 56 78" },
}
const values: Partial<Record<string, unknown>> = {
  code: "123456",
  phone: { countryCode: "33", number: "0612345678" },
}

const provider = "INSTAGRAM"

export const createModel = (options: Options, wall: number): Model => ({
  options,
  place: "idle",
  wall,
  elapsed: 0,
  timers: {},
  attempts: 0,
  failureByPoll: false,
  failedPolls: 0,
  retryAt: 0,
  timedOut: false,
  unanswered: false,
  session: false,
  sent: [],
  accounts: 0,
  mistakes: 0,
  reported: [],
})

const isDone = ({ place }: Model) => place === "connected" || place === "expired" || place === "failed"
const isBusy = ({ place }: Model) => place === "submitting" || place === "solving"

export const accepted = ({ place, checkpoint, request }: Model) => acceptedIn(place, checkpoint, request)

const show = (model: Model, failure: Failure | undefined, byPoll = false) => {
  if (failure) model.failure = failure
  else delete model.failure
  model.failureByPoll = byPoll
}

/** An abandoned request was sent, and its effect stays unknown. */
function leave(model: Model) {
  const last = model.sent.at(-1)
  if (!isBusy(model) || !last) return
  last.left = true
  model.unanswered = true
}

function finish(model: Model, place: "connected" | "expired" | "failed") {
  model.place = place
  model.timers = {}
  delete model.request
}

/** After a clock is set back, at most a lifetime remains. */
function lowerDeadline(model: Model) {
  const { expiresAt, wall, options } = model
  if (expiresAt !== undefined) model.expiresAt = Math.min(expiresAt, wall + options.intentLifetime)
}

function enterCheckpoint(model: Model) {
  const { options, wall, elapsed, expiresAt = 0, retryAt } = model
  model.place = "checkpoint"
  delete model.request
  const within = (ms: number, least = 0) => Math.min(Math.max(ms, least), options.intentLifetime)
  model.timers = { deadline: elapsed + within(expiresAt - wall) }
  if (kindOf(model.checkpoint).state === "inApp" && options.inAppPollInterval > 0) {
    model.timers.poll = elapsed + within(retryAt - wall, options.inAppPollInterval)
  }
}

function startSolving(model: Model, request: Request, spent: boolean) {
  const { options, wall, elapsed, expiresAt = 0, accountId } = model
  leave(model)
  if (request !== "poll") show(model, undefined)
  model.request = request
  model.place = "solving"
  const { intentLifetime, solveGrace } = options
  model.timers = {
    grace: elapsed + Math.min(Math.max(expiresAt + solveGrace - wall, 0), intentLifetime + solveGrace),
  }
  if (wall >= expiresAt) return refuse(model, "client/timeout", "retry")
  if (spent) return refuseSpent(model, request)
  const solution = request === "poll" ? "inApp" : request
  model.sent.push({ operation: "solve", accountId, solution, value: values[solution], left: false })
}

/** An actor reports each message of a mistake once. */
function mistake(model: Model, message: string) {
  if (model.reported.includes(message)) return
  model.reported.push(message)
  model.mistakes += 1
}

function refuseSpent(model: Model, what: string) {
  mistake(model, `spent ${what}`)
  refuse(model, "client/invalid_input", "correct")
}

const refuse = (model: Model, type: string, recovery: string) =>
  reject(model, { kind: "rejected", status: 0, type, recovery, sent: false })

export function sendEvent(model: Model, event: EventName, spent = false) {
  if (!accepted(model).includes(event)) return
  if (event === "intent.cancel") {
    leave(model)
    show(model, { type: "client/canceled", status: 0, recovery: "restart" })
    return finish(model, "failed")
  }
  if (event === "credentials.submit") {
    show(model, undefined)
    model.place = "submitting"
    if (spent) return refuseSpent(model, "credentials")
    model.sent.push({ operation: "submit", value: typed.credentials, left: false })
    return
  }
  if (event === "inApp.approve" && model.request === "poll") {
    show(model, undefined)
    model.request = "inApp"
    return
  }
  const request = requests[event]
  if (request) startSolving(model, request, spent && (request === "code" || request === "phone"))
}

/** The reply to the request in flight arrives. */
export function reply(model: Model, name: string) {
  const of = replies[name]
  if (!isBusy(model) || !of) return
  if (of.kind === "rejected") return reject(model, of)
  if (of.kind === "threw" || of.kind === "garbage") {
    const recovery = model.place === "solving" ? "retry" : "restart"
    mistake(model, `${of.kind} ${model.place}`)
    return reject(model, { kind: "rejected", status: 0, type: "client/unexpected", recovery })
  }
  model.accounts += 1
  model.accountId = `acc_${model.accounts}`
  if (of.kind === "connected") {
    show(model, undefined)
    model.session = of.session === true
    return finish(model, "connected")
  }
  lowerDeadline(model)
  const same = model.place === "solving" && model.checkpoint?.type === of.checkpoint.type
  const { request } = model
  model.expiresAt ??= model.wall + model.options.intentLifetime
  model.checkpoint = of.checkpoint
  model.unanswered = false
  model.timedOut = false
  model.failedPolls = 0
  if (request === "inApp" && same) show(model, notApprovedYet)
  else if (request !== "poll" || !same || model.failureByPoll) show(model, undefined)
  enterCheckpoint(model)
}

const notApprovedYet: Failure = {
  type: "client/not_approved_yet",
  status: 0,
  recovery: "retry",
  about: "approval",
}

type Rejected = Extract<Reply, { kind: "rejected" }>

function reject(model: Model, of: Rejected) {
  const { place, request, wall, expiresAt = Number.POSITIVE_INFINITY } = model
  lowerDeadline(model)
  const { type, status, recovery, sent, retryAfter } = of
  const about = request ? aboutOf[request] : "credentials"
  const retryAt = retryAfter === undefined || retryAfter <= 0 ? {} : { retryAt: wall + retryAfter }
  const failure: Failure = { type, status, recovery, about, ...retryAt }
  const isPast = wall >= expiresAt
  const isLost = isUnanswered(of, isPast)
  model.retryAt = Math.max(model.retryAt, failure.retryAt ?? 0)
  if (isLost) model.unanswered = true
  if (place === "submitting") {
    show(model, failure)
    if (recovery === "restart" || recovery === "stop") return finish(model, "failed")
    model.place = "idle"
    return
  }
  const wrong = type === "errors/invalid_checkpoint_solution"
  const ends = status === 400 && model.timedOut && request !== "method"
  if (wrong || ends) model.unanswered = false
  if ((status === 408 && isPast) || ends) {
    show(model, failure)
    return finish(model, "expired")
  }
  const isNear = status === 408 && wall >= expiresAt - nearDeadline
  if (isNear) model.timedOut = true
  else if (!isLost && sent !== false && request !== "method") model.timedOut = false

  const overtaken = isApproval(request) && type === "errors/operation_canceled" && status === 409
  if ((recovery === "restart" || recovery === "stop") && !overtaken) {
    show(model, failure)
    return finish(model, "failed")
  }
  if (wrong && (request === "code" || request === "phone")) model.attempts += 1
  if (wrong) model.failedPolls = 0
  if (request === "poll") poll(model, failure, wrong, overtaken)
  else show(model, request === "inApp" && wrong ? notApprovedYet : failure)
  enterCheckpoint(model)
}

/** A poll neither shows, clears nor replaces a person's failure. */
function poll(model: Model, failure: Failure, succeeded: boolean, overtaken: boolean) {
  if (overtaken) return
  if (succeeded) {
    if (model.failureByPoll) show(model, undefined)
    return
  }
  // Past the deadline the intent ends.
  if (model.wall >= (model.expiresAt ?? Number.POSITIVE_INFINITY)) return
  model.failedPolls += 1
  const isFar = failure.retryAt !== undefined && failure.retryAt - model.wall > 2 * model.options.inAppPollInterval
  const stands = model.failure !== undefined && model.failure.type !== "client/not_approved_yet"
  if ((model.failedPolls === 3 || isFar) && !stands) show(model, failure, true)
}

/** Wall time and timers move on; each timer fires at its own moment, the deadline before all others. */
export function advance(model: Model, ms: number) {
  const until = model.elapsed + ms
  for (;;) {
    const { deadline = until + 1, poll = until + 1, grace = until + 1 } = model.timers
    const next = Math.min(deadline, poll, grace)
    if (next > until) break
    model.wall += next - model.elapsed
    model.elapsed = next
    if (next === deadline || next === grace) {
      leave(model)
      finish(model, "expired")
    } else {
      startSolving(model, "poll", false)
    }
  }
  model.wall += until - model.elapsed
  model.elapsed = until
}

/** The process dies, and another one parses and resumes the record. */
export function reload(model: Model) {
  const { place, wall, expiresAt = 0, request } = model
  if (isBusy(model)) leave(model)
  model.session = false
  model.reported = []
  if (place === "submitting") {
    show(model, { type: "client/interrupted", status: 0, recovery: "retry", about: "credentials" })
    model.place = "idle"
  }
  if (place !== "checkpoint" && place !== "solving") return
  if (wall >= expiresAt) return finish(model, "expired")
  lowerDeadline(model)
  if (request && request !== "poll") {
    show(model, { type: "client/interrupted", status: 0, recovery: "retry", about: aboutOf[request] })
  }
  enterCheckpoint(model)
}

/** The visible state of an intent. */
export function observe(model: Model) {
  const { place, accountId, checkpoint, expiresAt, attempts, failure, unanswered, request } = model
  const state = place === "checkpoint" ? `checkpoint.${kindOf(checkpoint).state}` : place
  const can = accepted(model)
  const mayBeConnected = (unanswered && place !== "connected") || undefined
  const tag = isDone(model) ? "done" : isBusy(model) ? "busy" : "input"
  const { canApproveInApp: _, ...asked } = checkpoint ?? { type: "" }
  const common = { checkpoint: asked, expiresAt, attempts, canCancel: true, failure }
  const stays = place === "checkpoint" || (place === "solving" && isApproval(request))
  const step = isDone(model)
    ? { kind: "done", status: place, failure, mayBeConnected }
    : stays
      ? {
          kind: kindOf(checkpoint).step,
          ...common,
          canSwitchMethod: can.includes("method.switch"),
          canApproveInApp: can.includes("inApp.approve"),
        }
      : place === "solving"
        ? { kind: "wait", ...common }
        : { kind: place === "idle" ? "credentials" : "wait", canCancel: true, failure }
  const output =
    place === "connected"
      ? { status: place, provider, accountId, session: model.session || undefined }
      : place === "expired"
        ? { status: place, provider, accountId, expiresAt, failure, mayBeConnected }
        : place === "failed"
          ? { status: place, provider, accountId, failure, mayBeConnected }
          : undefined
  const facts = { accountId, checkpoint, expiresAt, attempts, failure, ...(!isDone(model) && { unanswered }) }
  const { mistakes, sent } = model
  return { state, tag, can, step, isPlain: true, output, facts, mistakes, sent: sent.map((each) => ({ ...each })) }
}

/** The step of a record: a resume would show it. */
export function stepOfRecord(model: Model) {
  const resumed = structuredClone(model)
  reload(resumed)
  return observe(resumed).step
}
