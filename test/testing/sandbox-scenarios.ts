import type { AuthIntentOutput } from "../../machines/auth-intent.types.ts"
import type { Observation } from "../../src/testing/driver.ts"
import type { Reply, Scenario, ScenarioStep } from "../../src/testing/scenario.ts"

/** What tells an answer of the API from another. */
interface Wire {
  type?: string
  checkpoint?: { type: string }
}

const wire = (reply: Reply | undefined): Wire => (reply && "body" in reply ? (reply.body as Wire) : {})

/** The username that makes every request of its kind fail with this answer, if there is one. */
function errorUser(prefix: "error" | "2fa-error", reply: Reply | undefined): string[] {
  const { type } = wire(reply)
  return type && reply && "status" in reply ? [`${prefix}:${reply.status}:${type}`] : []
}

const checkpointUsers: Record<string, string[]> = {
  "2FA": ["2fa", "2fa-then-otp"],
  OTP: ["otp"],
  IN_APP_VALIDATION: ["in-app", "in-app-pending-3"],
  PHONE_REGISTER: ["phone"],
  CAPTCHA: ["unknown-checkpoint"],
}

/** The usernames that might bring these answers, of which the first is to the credentials. */
function usersFor([first, ...rest]: readonly Reply[]): string[] {
  const { checkpoint } = wire(first)
  if (!checkpoint) return [...errorUser("error", first), "ok"]
  return [...(checkpointUsers[checkpoint.type] ?? []), ...rest.flatMap((reply) => errorUser("2fa-error", reply))]
}

/** What shows, less what the sandbox says in words of its own: account ids, titles and details. */
export function withoutWords<Seen extends Observation>(seen: Seen): Seen {
  const { step = {}, output } = seen
  const { checkpoint, failure } = step
  const told = {
    checkpoint: checkpoint && { type: checkpoint.type },
    failure: failure && { type: failure.type, status: failure.status, recovery: failure.recovery, title: "" },
  }
  return { ...seen, step: { ...step, ...told }, output: output && { status: (output as AuthIntentOutput).status } }
}

/** A scenario as it might be told by the sandbox, whose usernames choose what happens: once for each choice. */
export function castUsers(scenario: Scenario): Scenario[] {
  const { steps } = scenario
  const cast = (choice: number) =>
    steps.map(({ do: move, ...rest }, index): ScenarioStep => {
      if (!("credentials" in move && move.credentials.username)) return { do: move, ...rest }
      const replies = steps.slice(index).flatMap((step) => ("server" in step.do ? [step.do.server] : []))
      const users = usersFor(replies)
      const username = users[choice] ?? users[0] ?? "ok"
      return { do: { ...move, credentials: { ...move.credentials, username } }, ...rest }
    })
  return [0, 1, 2].map((choice) => ({ ...scenario, steps: cast(choice) }))
}

/** A scenario that expects no words. */
export const expectNoWords = (scenario: Scenario): Scenario => ({
  ...scenario,
  steps: scenario.steps.map((step) => ({ ...step, expect: withoutWords(step.expect) })),
})
