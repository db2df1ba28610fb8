import type { CheckpointType } from "../../machines/checkpoint-kinds.ts"

/** The checkpoints of the sandbox: the library's own, and one without a state. */
export type SandboxCheckpoint = CheckpointType | "CAPTCHA"

/** An error that a username names. */
export interface ChosenError {
  status: number
  type: string
}

/** The behavior that a username chooses. */
export interface LoginBehavior {
  /** The checkpoints, in order. */
  checkpoints?: readonly SandboxCheckpoint[]
  /** The number of the first approval request that is granted. @default 1 */
  approvedAt?: number
  /** The response to the login. */
  submitError?: ChosenError
  /** The response to every solution. */
  solveError?: ChosenError
  /** The connection dies before the response that connects the account. */
  losesResponse?: true
}

/** An error's status and its type, as on the wire or without the prefix `errors/`. */
const error = "([45]\\d\\d):(?:errors/)?([\\w.-]{1,90})"
const toError = (status: string, name: string): ChosenError => ({ status: Number(status), type: `errors/${name}` })

/** A kind of username: its pattern, and the behavior for the matched groups. `example` and `about` are for people. */
type Choice = [example: string, about: string, pattern: string, build: (first: string, second: string) => LoginBehavior]

// biome-ignore format: a table
const choices: readonly Choice[] = [
  ["ok", "connects at once", "ok", () => ({})],
  ["2fa", "wants a two-factor code", "2fa", () => ({ checkpoints: ["2FA"] })],
  ["otp", "wants a code that was sent", "otp", () => ({ checkpoints: ["OTP"] })],
  ["in-app", "wants an approval in the app", "in-app", () => ({ checkpoints: ["IN_APP_VALIDATION"] })],
  ["in-app-pending-3", "is approved at the third request", "in-app-pending-([1-9]\\d*)",
    (count) => ({ checkpoints: ["IN_APP_VALIDATION"], approvedAt: Number(count) })],
  ["phone", "wants a phone number, then a two-factor code", "phone", () => ({ checkpoints: ["PHONE_REGISTER", "2FA"] })],
  ["2fa-then-otp", "wants two codes", "2fa-then-otp", () => ({ checkpoints: ["2FA", "OTP"] })],
  ["2fa-lost", "is connected by the code, but no response says so", "2fa-lost",
    () => ({ checkpoints: ["2FA"], losesResponse: true })],
  ["unknown-checkpoint", "wants a step of an unknown type", "unknown-checkpoint", () => ({ checkpoints: ["CAPTCHA"] })],
  ["error:403:errors/account_restricted", "is refused with any status from 400 on, and any type", `error:${error}`,
    (status, type) => ({ submitError: toError(status, type) })],
  ["2fa-error:500:errors/provider_error", "wants a code and refuses every solution so", `2fa-error:${error}`,
    (status, type) => ({ checkpoints: ["2FA"], solveError: toError(status, type) })],
]

/** An example of each kind of username, and what it does. */
export const usernames = choices.map(([username, about]) => ({ username, about }))

/** Returns the behavior of a username, or `undefined` if the username chooses none. */
export function readBehavior(username: string): LoginBehavior | undefined {
  for (const [, , pattern, build] of choices) {
    const match = new RegExp(`^${pattern}$`).exec(username)
    if (match) return build(match[1] ?? "", match[2] ?? "")
  }
  return undefined
}
