import { ApiError } from "./api-error.ts"
import type { Intent } from "./state.ts"
import type { SandboxCheckpoint } from "./usernames.ts"

interface CheckpointRules {
  /** The data beside the type on the wire. */
  data?: object
  /** The checkpoint after `TRY_ANOTHER_WAY`. */
  otherWay?: SandboxCheckpoint
  /**
   * Whether a code solves the checkpoint; `false` is an approval that has not arrived yet.
   * @throws ApiError for any other code.
   */
  isSolvedBy(code: string, intent: Intent): boolean
}

/** The code that stands for an approval in the app. @see postpress, Messenger guide, step 3. */
export const approval = "in_app_validation"

const wrong = () => new ApiError(401, "errors/invalid_checkpoint_solution", "This does not solve the checkpoint.")

function isSolvedByCode(code: string): true {
  if (code !== "123456") throw wrong()
  return true
}

/** What solves each checkpoint. @see postpress, "Solve a code checkpoint", Request body; Messenger guide, step 3. */
export const checkpoints: Readonly<Record<SandboxCheckpoint, CheckpointRules>> = {
  "2FA": {
    otherWay: "OTP",
    isSolvedBy: (code, { provider }) => (provider === "MESSENGER" && code === approval) || isSolvedByCode(code),
  },
  OTP: { isSolvedBy: isSolvedByCode },
  IN_APP_VALIDATION: {
    otherWay: "2FA",
    isSolvedBy(code, { approvalPolls, behavior: { approvedAt = 1 } }) {
      if (code !== approval) throw wrong()
      return approvalPolls >= approvedAt
    },
  },
  PHONE_REGISTER: {
    isSolvedBy(code) {
      if (code === approval) throw wrong()
      if (/^\(\+\d{1,3}\)\d{4,15}$/.test(code)) return true
      throw new ApiError(400, "errors/invalid_parameters", "This is not a phone number like (+33)0612345678.")
    },
  },
  // Invented, so that a host can test a type without a state.
  CAPTCHA: { otherWay: "2FA", data: { public_key: "sandbox", attempts_left: 3 }, isSolvedBy: isSolvedByCode },
}
