import { advanceClock } from "./advance-clock.ts"
import { createAccount } from "./create-account.ts"
import type { Reply } from "./describe-intent.ts"
import type { SandboxState } from "./sandbox-state.ts"
import { solveCheckpoint } from "./solve-checkpoint.ts"

interface Route {
  method: string
  /** Under the base path. */
  path: string
  /** @throws ApiError to refuse. */
  answer(body: object, state: SandboxState): Reply
}

/** Everything that the sandbox answers. */
export const routes: readonly Route[] = [
  { method: "POST", path: "/accounts", answer: createAccount },
  { method: "POST", path: "/accounts/checkpoint", answer: solveCheckpoint },
  { method: "POST", path: "/sandbox/advance", answer: advanceClock },
]
