import { ApiError } from "./api-error.ts"
import { provoke } from "./provoke.ts"
import type { Intent, SandboxState } from "./sandbox-state.ts"
import { readScenario } from "./scenarios.ts"

/**
 * Starts an intent, as the username has it.
 * @throws ApiError where it has no meaning, or means an error.
 */
export function startLogin(
  { provider, username }: { provider: Intent["provider"]; username: string },
  { intentLifetime, now }: SandboxState,
): Intent {
  const scenario = readScenario(username)
  if (!scenario) throw new ApiError(401, "errors/invalid_credentials", "The username or the password is not right.")
  provoke(scenario.submitError)
  return {
    accountId: `acc_${crypto.randomUUID()}`,
    provider,
    scenario,
    expiresAt: now() + intentLifetime,
    left: scenario.checkpoints,
    questions: 0,
    over: false,
  }
}
