import type { Failure } from "../../machines/failures.ts"
import type { HostedProvider, Provider } from "../../machines/providers.ts"
import { callWithin, TimeoutError } from "../call-within.ts"
import { unavailable } from "./refusal.ts"

/** An account that a user of the host has connected. */
export interface ConnectedAccount {
  userId: string
  accountId: string
  /** Absent where a hosted link was for several providers: the callback does not name the provider. */
  provider?: Provider | HostedProvider
}

/** Stores a connected account. It may be called again for the same account, so it should upsert. */
export type OnConnected = (account: ConnectedAccount, context: { signal: AbortSignal }) => unknown

/** A problem that the host should know of, with the user and the account where they are known. */
export interface RelayProblem extends Partial<ConnectedAccount> {
  code: /** A page of another origin was refused: the message names the option that allows it. */
    | "origin_not_allowed"
    /** A route of the relay was requested at a path that is not `basePath` with the route. */
    | "base_path_mismatch"
    /** A hosted route was requested, and `publicUrl` is missing. */
    | "public_url_missing"
    /** `store` is missing, so that several processes do not know of each other. Reported once. */
    | "store_in_memory"
    /** The store threw, timed out or returned an invalid value. With an account: the API has connected this account. */
    | "store_failed"
    /** `onConnected` threw or timed out. The account is delivered again at the user's next request, unless the store failed too. */
    | "account_undelivered"
    /**
     * The API has connected an account at the hosted wizard, and the store failed to note the account. Do not use the
     * account unless `onConnected` is called with it.
     */
    | "account_unconfirmed"
    /** The relay refused what the API posted, say another shape, or a name of another key, link or account. */
    | "notification_refused"
    /** The API could not be reached, took too long, sent an invalid response, or refused the API key. */
    | "api_failed"
    /** The body of a request was read before the relay could read it. */
    | "body_missing"
    /** The relay was called with a value that is not a web-standard `Request`, for example Node's own request. */
    | "not_a_request"
    /** Another function of the host threw, or returned an invalid value. */
    | "callback_threw"
    /** Another function of the host took more than 10 s. */
    | "callback_timed_out"
    /** Something else went wrong in the relay. */
    | "unexpected"
  /** What happened and how to fix it. The message holds nothing of a request except an origin. */
  message: string
  /** The thrown value. It may hold anything, secrets included. */
  error?: unknown
}

export type Report = (problem: RelayProblem) => void

/** The types of failures whose cause is the API, its address or its key. */
const apiFailures: readonly string[] = [
  "client/network",
  "client/timeout",
  "client/invalid_response",
  "errors/invalid_api_key",
]

/** Reports a failed request to the API where the person at the page cannot fix the cause. */
export function reportApiFailure(report: Report, request: string, { type, status }: Failure): void {
  const response = status === 0 ? "" : `, status ${status}`
  if (apiFailures.includes(type)) report({ code: "api_failed", message: `${request} failed: ${type}${response}` })
}

/** The time until the same line is written to the console again, in ms. */
const repeatInterval = 600_000

/** How many lines about refused pages are written: any site can cause them, and they must not fill the log. */
const maxRefusals = 1_000

/** How many lines are remembered: each account makes new lines. */
const maxLines = 10_000

/** Escapes each character of JSON that a terminal could take for a command: JSON itself escapes only some. */
const escapeMarks = (json: string) =>
  json.replace(/[^ -~]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`)

/**
 * Builds the reporter that writes to the console: each problem once in ten minutes, each refused page once. A line
 * holds no secret, and of an error only the class.
 */
function createConsoleReporter(): Report {
  const written = new Map<string, number>()
  const refused = new Set<string>()
  return ({ code, message, error, userId, provider, accountId }) => {
    const account = accountId === undefined ? "" : ` ${escapeMarks(JSON.stringify({ userId, provider, accountId }))}`
    const cause = error instanceof Error ? ` (${error.constructor?.name}; onProblem receives it)` : ""
    const line = `auth-intent relay: ${code}: ${message}${cause}${account}`
    const time = Date.now()
    if (code === "origin_not_allowed") {
      if (refused.has(line) || refused.size === maxRefusals) return
      refused.add(line)
    } else {
      // A clock may have been set back.
      if (Math.abs(time - (written.get(line) ?? -Infinity)) < repeatInterval) return
      // Moves the line to the end: the oldest line is the first.
      written.delete(line)
      written.set(line, time)
      const [oldest] = written.keys()
      if (written.size > maxLines && oldest !== undefined) written.delete(oldest)
    }
    console.error(line)
  }
}

/** Builds the function that reports problems to the host and survives a host that throws or rejects. */
export function createProblemReporter(onProblem?: ((problem: RelayProblem) => unknown) | undefined): Report {
  const write = createConsoleReporter()
  return (problem) => {
    if (onProblem === undefined) return write(problem)
    const call = async () => onProblem(problem)
    call().catch(() => {
      write(problem)
      write({ code: "callback_threw", message: "onProblem threw" })
    })
  }
}

/** The timeout of each function of the host except `onConnected`, in ms. */
const timeout = 10_000

/**
 * Calls a function of the host. Reports a function that throws or times out, with the account of the call.
 * @throws Refusal 503, so that the request is sent again.
 */
export async function callHost<Value>(
  report: Report,
  name: string,
  call: () => Value,
  account?: Partial<ConnectedAccount>,
): Promise<Awaited<Value>> {
  try {
    return await callWithin(timeout, call)
  } catch (error) {
    if (error instanceof TimeoutError)
      report({ code: "callback_timed_out", message: `${name} took more than 10 s`, ...account })
    else report({ code: "callback_threw", message: `${name} threw`, error, ...account })
    throw unavailable()
  }
}
