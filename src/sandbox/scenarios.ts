import type { CheckpointType } from "./checkpoints.ts"

/** An error that a username asks for. */
export interface ScenarioError {
  status: number
  type: string
}

/** What a username leads to. */
export interface Scenario {
  /** What is demanded, one after the other. */
  checkpoints: readonly CheckpointType[]
  /** Which question about an approval in the app is the first to be granted. Default 1. */
  approvedAt?: number
  /** What answers the login instead. */
  submitError?: ScenarioError
  /** What answers every solution instead. */
  solveError?: ScenarioError
}

/** An error's status and its type, as on the wire. */
const error = "([45]\\d\\d):(errors/[\\w.-]{1,90})"

/** Every username that has a meaning; what its groups match is passed on. */
const scenarios: readonly [username: RegExp, (first: string, second: string) => Scenario][] = [
  [/^ok$/, () => ({ checkpoints: [] })],
  [/^2fa$/, () => ({ checkpoints: ["2FA"] })],
  [/^otp$/, () => ({ checkpoints: ["OTP"] })],
  [/^in-app$/, () => ({ checkpoints: ["IN_APP_VALIDATION"] })],
  [/^in-app-pending-([1-9]\d*)$/, (count) => ({ checkpoints: ["IN_APP_VALIDATION"], approvedAt: Number(count) })],
  [/^phone$/, () => ({ checkpoints: ["PHONE_REGISTER", "2FA"] })],
  [/^2fa-then-otp$/, () => ({ checkpoints: ["2FA", "OTP"] })],
  [/^unknown-checkpoint$/, () => ({ checkpoints: ["CAPTCHA"] })],
  [
    new RegExp(`^error:${error}$`),
    (status, type) => ({ checkpoints: [], submitError: { status: Number(status), type } }),
  ],
  [
    new RegExp(`^2fa-error:${error}$`),
    (status, type) => ({ checkpoints: ["2FA"], solveError: { status: Number(status), type } }),
  ],
]

/** Gives what a username leads to, or `undefined` where it has no meaning. */
export function readScenario(username: string): Scenario | undefined {
  for (const [pattern, build] of scenarios) {
    const match = pattern.exec(username)
    if (match) return build(match[1] ?? "", match[2] ?? "")
  }
  return undefined
}
