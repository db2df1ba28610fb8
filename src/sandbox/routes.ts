import { advanceClock } from "./advance-clock.ts"
import { createAccount } from "./create-account.ts"
import { createLink } from "./create-link.ts"
import type { Reply } from "./describe-intent.ts"
import { reportStatus } from "./report-status.ts"
import type { SandboxState } from "./sandbox-state.ts"
import { solveCheckpoint } from "./solve-checkpoint.ts"

interface Route {
  method: string
  /** Under the base path. */
  path: string
  /**
   * Answers; `baseUrl` is where the sandbox was asked.
   * @throws ApiError to refuse.
   */
  answer(body: object, state: SandboxState, baseUrl: string): Reply
}

/** Everything that the sandbox answers, but for the pages of the hosted wizard. */
export const routes: readonly Route[] = [
  { method: "POST", path: "/accounts", answer: createAccount },
  { method: "POST", path: "/accounts/checkpoint", answer: solveCheckpoint },
  { method: "POST", path: "/hosted/accounts/link", answer: createLink },
  { method: "POST", path: "/sandbox/account-status", answer: reportStatus },
  { method: "POST", path: "/sandbox/advance", answer: advanceClock },
]
