/**
 * The contract as tables: the events of each checkpoint, and every reply of a transport. This folder shares no code
 * with the machine or the library, so that one mistake cannot be in both.
 */

export const eventNames = [
  ...(["credentials.submit", "code.submit", "phone.submit"] as const),
  ...(["inApp.approve", "method.switch", "intent.cancel"] as const),
]
export type EventName = (typeof eventNames)[number]

export type Request = "code" | "phone" | "inApp" | "method" | "poll"

export interface Checkpoint {
  type: string
  canApproveInApp?: boolean
  hint?: string
  data?: unknown
}

export interface Failure {
  type: string
  status: number
  recovery: string
  about?: string
  retryAt?: number
}

/** Each checkpoint type: its state, the kind of its step, and the events that solve it. */
const kinds: Record<string, { state: string; step: string; accepts: EventName[] }> = {
  "2FA": { state: "twoFactor", step: "code", accepts: ["code.submit"] },
  OTP: { state: "otp", step: "code", accepts: ["code.submit"] },
  IN_APP_VALIDATION: { state: "inApp", step: "approval", accepts: ["inApp.approve"] },
  PHONE_REGISTER: { state: "phone", step: "phone", accepts: ["phone.submit"] },
}
const otherKind = { state: "unsupported", step: "code", accepts: ["code.submit"] as EventName[] }

/** Every visible state of an intent, as a path, in order. */
export const states = [
  ...["idle", "submitting", "solving", "connected", "expired", "failed"],
  ...[...Object.values(kinds), otherKind].map(({ state }) => `checkpoint.${state}`),
].sort()

/** The request of each event, and the name by which its failures refer to it. */
export const requests: Partial<Record<EventName, Request>> = {
  "code.submit": "code",
  "phone.submit": "phone",
  "inApp.approve": "inApp",
  "method.switch": "method",
}
export const aboutOf: Record<Request, string> = {
  code: "code",
  phone: "phone",
  inApp: "approval",
  poll: "approval",
  method: "method",
}

/** Returns the events of the table that apply in a state; the state excludes the kind of its checkpoint. */
export function acceptedIn(place: string, checkpoint?: Checkpoint, request?: Request): EventName[] {
  if (place === "idle") return ["credentials.submit", "intent.cancel"]
  if (place === "submitting" || (place === "solving" && !isApproval(request))) return ["intent.cancel"]
  if (place !== "checkpoint" && place !== "solving") return []
  const takes = new Set<EventName>([...kindOf(checkpoint).accepts, "method.switch", "intent.cancel"])
  if (checkpoint?.canApproveInApp || request === "poll") takes.add("inApp.approve")
  if (request === "inApp") takes.delete("inApp.approve")
  return eventNames.filter((name) => takes.has(name))
}

export const kindOf = (checkpoint: Checkpoint | undefined) => kinds[checkpoint?.type ?? ""] ?? otherKind
export const isApproval = (request: Request | undefined) => request === "inApp" || request === "poll"

type Rejected = { kind: "rejected"; status: number; type: string; recovery: string; retryAfter?: number; sent?: false }

/** Whether the effect of a rejected request is unknown, past the deadline or before. */
export function isUnanswered({ type, status, sent }: Rejected, isPast: boolean): boolean {
  if (sent === false) return false
  if (status === 408) return !isPast
  if (status >= 500) return status !== 503 && type !== "errors/authentication_intent_error"
  if (type === "client/invalid_response") return status >= 200 && status < 300
  return ["client/network", "client/timeout", "client/interrupted", "client/unexpected"].includes(type)
}

export type Reply =
  | { kind: "connected"; session?: true }
  | { kind: "checkpoint"; checkpoint: Checkpoint }
  | Rejected
  | { kind: "threw" }
  | { kind: "garbage" }

const checkpoint = (type: string, more: Partial<Checkpoint> = {}): Reply => ({
  kind: "checkpoint",
  checkpoint: { type, ...more },
})
const rejected = (status: number, type: string, recovery: string, more: { retryAfter?: number; sent?: false } = {}) =>
  ({ kind: "rejected", status, type, recovery, ...more }) as Reply

/** The replies of a random sequence. */
export const drawn: Record<string, Reply> = {
  connected: { kind: "connected" },
  "connected, session": { kind: "connected", session: true },
  "2FA": checkpoint("2FA", { hint: "SMS" }),
  "2FA, approvable": checkpoint("2FA", { canApproveInApp: true }),
  OTP: checkpoint("OTP"),
  "OTP, approvable": checkpoint("OTP", { canApproveInApp: true, hint: "APP" }),
  inApp: checkpoint("IN_APP_VALIDATION"),
  phone: checkpoint("PHONE_REGISTER"),
  "phone, approvable": checkpoint("PHONE_REGISTER", { canApproveInApp: true }),
  captcha: checkpoint("CAPTCHA", { data: { key: "k" } }),
  unknown: checkpoint("UNKNOWN"),
  "400": rejected(400, "errors/invalid_parameters", "correct"),
  "400 unreadable": rejected(400, "client/invalid_response", "correct"),
  "401 wrong solution": rejected(401, "errors/invalid_checkpoint_solution", "correct"),
  "401 wrong credentials": rejected(401, "errors/invalid_credentials", "correct"),
  "401 unknown": rejected(401, "errors/unknown", "stop"),
  "403 restart": rejected(403, "errors/unknown_authentication_context", "restart"),
  "403 stop": rejected(403, "errors/account_restricted", "stop"),
  "404": rejected(404, "errors/unknown", "restart"),
  "407": rejected(407, "errors/proxy_auth_error", "retry"),
  "408": rejected(408, "errors/request_timeout", "retry"),
  "408 unreadable": rejected(408, "client/invalid_response", "retry"),
  "409 overtaken": rejected(409, "errors/operation_canceled", "restart"),
  "409 exists": rejected(409, "errors/already_exists", "stop"),
  "422": rejected(422, "errors/unknown", "correct"),
  "429": rejected(429, "errors/unknown", "retry", { retryAfter: 7_000 }),
  "429, a minute": rejected(429, "errors/unknown", "retry", { retryAfter: 60_000 }),
  "500": rejected(500, "errors/unexpected_error", "retry"),
  "500 intent": rejected(500, "errors/authentication_intent_error", "restart"),
  "502": rejected(502, "client/invalid_response", "retry"),
  "503": rejected(503, "errors/service_unavailable", "retry"),
  "503, a second": rejected(503, "errors/service_unavailable", "retry", { retryAfter: 1_000 }),
  "503, a second ago": rejected(503, "errors/service_unavailable", "retry", { retryAfter: -1_000 }),
  "503 unreadable": rejected(503, "client/invalid_response", "retry"),
  "504": rejected(504, "errors/request_timeout", "retry"),
  "599": rejected(599, "errors/unknown", "retry"),
  "200 unreadable": rejected(200, "client/invalid_response", "retry"),
  network: rejected(0, "client/network", "retry"),
  "network, nothing sent": rejected(0, "client/network", "retry", { sent: false }),
  timeout: rejected(0, "client/timeout", "retry"),
  "timeout, nothing sent": rejected(0, "client/timeout", "retry", { sent: false }),
  unexpected: rejected(0, "client/unexpected", "restart"),
  threw: { kind: "threw" },
  garbage: { kind: "garbage" },
}

/** Every kind of reply, by its name in a counterexample. */
export const replies: Record<string, Reply> = {
  ...drawn,
  // No API sends these. They separate the approval flag from the type, and the status from the recovery.
  "unknown, approvable": checkpoint("NEW", { canApproveInApp: true }),
  "400 stop": rejected(400, "errors/unknown", "stop"),
  "403 overtaken": rejected(403, "errors/operation_canceled", "stop"),
  "408 stop": rejected(408, "errors/request_timeout", "stop"),
  "503 overtaken": rejected(503, "errors/operation_canceled", "retry"),
  "299 unreadable": rejected(299, "client/invalid_response", "retry"),
  "300 unreadable": rejected(300, "client/invalid_response", "retry"),
  "0 unreadable": rejected(0, "client/invalid_response", "retry"),
  interrupted: rejected(0, "client/interrupted", "retry"),
}

export interface Options {
  intentLifetime: number
  solveGrace: number
  inAppPollInterval: number
}

/** A move: an outside event for an intent. */
export type Move =
  | { do: "event"; event: EventName; spent?: true }
  /** The nth event that applies then; 0 is a cancel. */
  | { do: "person"; nth: number }
  | { do: "reply"; reply: string }
  | { do: "late" }
  | { do: "advance"; ms: number }
  /** Advances to the next timer, or to just before or after it. */
  | { do: "timer"; offset: number }
  /** Advances to a number of ms before or after the deadline, timers included. */
  | { do: "deadline"; offset: number }
  | { do: "jump"; ms: number }
  | { do: "reload" }
  /**
   * The same by `advanceIntent` and a record. `reply` is the reply to its request; without one the signal aborts.
   * `poll` is the event of a host with its own timer and the machine's polling off.
   */
  | { do: "advanceIntent"; event?: EventName | "poll"; reply?: string }
